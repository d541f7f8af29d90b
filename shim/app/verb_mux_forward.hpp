// The verbs for what a master forwards.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_mux_forward(word_span words);
int run_mux_cancel(word_span words);

}  // namespace shim::app
