// The verbs that do something to sessions: `ssh-shim kill`, `detach`, `rename`.
#pragma once

#include <shim/app/verb_words.hpp>

namespace shim::app {

int run_kill(word_span words);
int run_detach(word_span words);
int run_rename(word_span words);

}  // namespace shim::app
