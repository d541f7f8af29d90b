// `ssh-shim attach [NAME]`
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_attach(word_span words);

}  // namespace shim::app
