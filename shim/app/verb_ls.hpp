// `ssh-shim ls`: the sessions there are.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_ls(word_span words);

}  // namespace shim::app
