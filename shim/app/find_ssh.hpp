// The real ssh: never ourselves under another name, or a session would start itself for ever.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include <shim/app/find_program.hpp>

namespace shim::app {

// Beside errno's: what would run is ssh-shim.
enum class find_ssh_errc { named_is_ssh_shim = 1, only_ssh_shim_in_path };
std::error_code make_error_code(find_ssh_errc error);

// `named` (SSH_SHIM_SSH), or `ssh` if it is empty, as find_program() finds it; the path is
// absolute, as ssh builds its ProxyJump command from argv[0] (ssh.c). What is this program is
// refused: the same file (device and inode, so by a symlink or a hard link, too), and any copy of
// it.
found_program find_ssh(std::string_view named, std::string_view path);

// Whether the file is ssh-shim: this very file, or any build of it (each carries a mark).
bool is_ssh_shim(const std::string& path);

// Counts this start in SSH_SHIM_DEPTH, which ssh and all that it runs inherit; so once in a process
// and before ssh is started. True if it is one start too many: no mark tells a script called ssh
// that runs ssh-shim from the real ssh, but it starts us inside ourselves without end. Nested
// starts there are for good reason too (a ProxyCommand with an ssh of its own), hence not 1.
[[nodiscard]] bool too_deep();
constexpr unsigned max_depth = 8;

}  // namespace shim::app

template <>
struct std::is_error_code_enum<shim::app::find_ssh_errc> : std::true_type {};

// The mark, in two halves. Whole it is in the program alone: the file with its main() carries it
// (`SHIM_CARRY_MARK;` once, at namespace scope), where neither optimisation, strip(1), LTO nor
// --gc-sections drops it. All who look for it have it in halves, so that a test or another program
// which links this library does not pass for ssh-shim. Any build must know all others: never change
// it.
#define SHIM_MARK_HEAD "ssh-shim is here: 0f8ad3c2"
#define SHIM_MARK_TAIL "7be94d61a5d30c9e; not ssh"
#define SHIM_CARRY_MARK \
  [[gnu::used, gnu::retain]] static const char ssh_shim_mark[] = SHIM_MARK_HEAD SHIM_MARK_TAIL
