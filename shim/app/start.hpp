// From the command line to ssh: who gets a pty, which ssh, with which words.
#pragma once

#include <span>
#include <string_view>

namespace shim::app {

// `words` is argv without argv[0]; `called_as_ssh` (by a link or a copy of that name) turns the
// verbs off. Gives the status to end with, or does not come back: transparent mode becomes ssh.
int start(std::span<const std::string_view> words, bool called_as_ssh);

}  // namespace shim::app
