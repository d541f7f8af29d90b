// `ssh-shim mux`: OpenSSH masters.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_mux(word_span words);

}  // namespace shim::app
