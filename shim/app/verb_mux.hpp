// `ssh-shim mux`: OpenSSH masters.
#pragma once

#include <string>
#include <vector>

#include <shim/app/verb_words.hpp>
#include <shim/hold/ask_master.hpp>

namespace shim::app {

int run_mux(word_span words);

// The words, argv[0] included, for `~M` and `~X` in a session.
std::vector<std::string> words_about_master(hold::master_question what, pid_t ssh);

}  // namespace shim::app
