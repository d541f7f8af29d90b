// Which OpenSSH this is, from the line `ssh -V` prints on stderr.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace shim {

struct ssh_version {
  int major = 0;
  int minor = 0;

  auto operator<=>(const ssh_version&) const = default;
};

// `OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL ...` gives {9, 2}; a vendor's suffix is ignored. Nothing
// if it is not OpenSSH's line.
std::optional<ssh_version> parse_ssh_version(std::string_view line);

}  // namespace shim
