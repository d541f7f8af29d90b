// The verbs that end masters.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_mux_exit(word_span words);
int run_mux_stop(word_span words);
int run_mux_sweep(word_span words);

}  // namespace shim::app
