// `ssh-shim hold -- COMMAND`: any program as a session, as nohup(1) has it run on, but with a
// screen.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_hold(word_span words);

}  // namespace shim::app
