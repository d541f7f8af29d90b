#include <shim/core/ssh_version.hpp>

#include <string>

#include <tests/catch.hpp>

TEST_CASE("a version is read from what ssh -V prints, whatever a vendor puts behind it") {
  struct row {
    std::string line;
    shim::ssh_version expected;
  };
  const row rows[] = {
      {"OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19 27 Jan 2026", {9, 2}},
      {"OpenSSH_8.9p1 Ubuntu-3ubuntu0.13, OpenSSL 3.0.2 15 Mar 2022", {8, 9}},
      {"OpenSSH_10.5p1, without OpenSSL", {10, 5}},
      {"OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1 1 Jul 2025\n", {10, 0}},
      {"OpenSSH_9.9, LibreSSL 4.0.0", {9, 9}},
      {"OpenSSH_8.0", {8, 0}},
  };
  for (const auto& [line, expected] : rows) {
    CAPTURE(line);
    CHECK((shim::parse_ssh_version(line) == expected));
  }
}

TEST_CASE("a line that is not OpenSSH's has no version") {
  for (const std::string line :
       {"", "OpenSSH", "OpenSSH_", "OpenSSH_9", "OpenSSH_9.", "OpenSSH_9.p1", "OpenSSH_.2",
        "OpenSSH_-9.2", "OpenSSH_9.-2", "OpenSSH_99999999999.1", "openssh_9.2", " OpenSSH_9.2",
        "Dropbear v2022.83", "Sun_SSH_1.1", "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy]"}) {
    CAPTURE(line);
    CHECK_FALSE(shim::parse_ssh_version(line));
  }
}

TEST_CASE("versions are in order by number, not by text") {
  CHECK((shim::ssh_version{9, 10} > shim::ssh_version{9, 4}));
  CHECK((shim::ssh_version{10, 0} > shim::ssh_version{9, 9}));
  CHECK((shim::ssh_version{8, 9} < shim::ssh_version{9, 0}));
}
