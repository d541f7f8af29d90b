// The oracle of transparent mode: the same words to ssh and to ssh-shim, and nobody can tell them
// apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <shim/core/ssh_version.hpp>
#include <tests/catch.hpp>
#include <tests/support/process.hpp>
#include <tests/support/sshd.hpp>

// In the body of a test that needs a server.
#define SHIM_NEEDS_SSHD() \
  if (const auto no_sshd = test::sshd::why_not()) SHIM_SKIP(no_sshd->c_str())
#define SHIM_NEEDS(program) \
  if (!test::is_installed(program)) SHIM_SKIP("no " program " here")

namespace test {

// The ssh that PATH gives, and the file it is, as /proc/PID/exe names it.
const std::string& real_ssh();
const std::string& real_ssh_file();

bool is_installed(const std::string& program);

// Whether that is OpenSSH's, and as new.
bool ssh_is_from(shim::ssh_version first);
// From then on masters tell what is open in them, and it takes no session to list that (EXT_INFO of
// PROTOCOL.mux).
inline bool masters_tell_channels() { return ssh_is_from({10, 3}); }

// Runs {program, words...} with both, one after the other, and CHECKs that status, stdout and
// stderr are the same bytes; what ssh gave. Without a server: the words as they are; with one: its
// -F before them.
finished same_as_ssh(const std::vector<std::string>& words, const run_options& options = {},
                     std::string_view input = {});
finished same_as_ssh(const sshd& server, const std::vector<std::string>& words,
                     const run_options& options = {}, std::string_view input = {});

// Every byte value, in an order that repeats late, `size` of them.
std::string any_bytes(std::size_t size);

}  // namespace test
