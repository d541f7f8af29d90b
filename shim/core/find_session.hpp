// Which session, of those there are, a word means that was typed to a verb.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace shim {

struct named_session {
  std::string_view name;
  std::string_view host;  // the destination as it was given; empty: it has none
};

// By their places in `sessions`: the one of exactly that name; else those whose host it is, and
// whose user if the word has one (`user@host`, `ssh://user@host/`); else those whose name begins
// with it. None: there is none. Several: the word does not say which.
std::vector<std::size_t> find_session(std::string_view word,
                                      std::span<const named_session> sessions);

// Whether a word stands for any number of sessions: it has a `*` or a `?`, which no name has. They
// are those whose name, host or destination is as the pattern says (ssh_config(5) PATTERNS, but no
// list); letters have a case, but for hosts.
bool is_session_pattern(std::string_view word);
std::vector<std::size_t> matching_sessions(std::string_view pattern,
                                           std::span<const named_session> sessions);

}  // namespace shim
