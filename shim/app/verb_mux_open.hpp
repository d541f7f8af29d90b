// `ssh-shim mux open`: a master before any session.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_mux_open(word_span words);

}  // namespace shim::app
