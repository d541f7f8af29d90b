// ControlPath of ssh_config(5), whose tokens ssh expands for each host, turned around: which paths
// may be a template's, and for which host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/control_path_pieces.hpp>

namespace shim {

// What this machine and user put in for %d, `~`, %i, %u, %l, %L and ${ENV}.
struct control_path_values {
  std::string home;      // of the password database, as ssh takes it, not $HOME
  std::string uid;       // in decimal
  std::string user;      // the local one
  std::string hostname;  // gethostname(); %L is what is before its first dot
  std::function<std::optional<std::string>(const std::string& name)> environment;
};

// What a path tells of the master that listens there: what the template has a token for, and only
// what every way to read the path agrees on. Of `mux_%h_%p_%r` and mux_a_1_2_b that is nothing:
// host a with user 2_b, or a_1 with b?
struct control_path_match {
  std::optional<std::string> host;         // %h: what ssh connects to
  std::optional<std::string> destination;  // %n: the host as given
  std::optional<std::uint16_t> port;       // %p
  std::optional<std::string> user;         // %r

  bool operator==(const control_path_match&) const = default;
};

// A template, as the components of its paths. Those that hold no token at the front make
// directory(); each of the others is one level below it, the last of them the sockets' own.
class control_path_pattern {
 public:
  // Nothing if there is no such path, or none that could be found from its template: relative, of
  // another user's home (`~other/`), ends in `/`, an unknown token, a variable that is not set.
  static std::optional<control_path_pattern> parse(std::string_view pattern,
                                                   const control_path_values& values);

  // Absolute, without `/` at its end but for the root; what it is repeated in is left out.
  const std::string& directory() const { return directory_; }

  // At least 1. A caller that looks for sockets walks so many levels down from directory(), and
  // goes only into what may_be_at() its level, from 0 on.
  std::size_t levels() const { return components_.size() - first_level_; }
  bool may_be_at(std::size_t level, std::string_view name) const;

  // Nothing if a whole path is none of this template's. `//` and `/./` are as `/`.
  // A port has no zero in front; a hash (%C) is 40 lower-case hex digits; a host holds no `@`, as
  // ssh takes what is before one for the user's; all else but %j is any text that is not empty.
  std::optional<control_path_match> match(std::string_view path) const;

 private:
  using component = std::vector<control_path_piece>;

  std::vector<component> components_;
  std::size_t first_level_ = 0;
  std::string directory_;
};

}  // namespace shim
