// What `ssh -G` prints: lines that are not ours change nothing, and what is read can be read again.
#include <shim/core/ssh_settings.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

std::string printed(const shim::ssh_settings& s) {
  static constexpr const char* ttys[] = {"auto", "false", "true", "force"};
  std::string forwards;
  for (const auto port : s.local_ports) forwards += "localforward " + std::to_string(port) + " x\n";
  return "host " + s.host + "\nhostname " + s.hostname + "\nuser " + s.user + "\nport " + s.port +
         "\nrequesttty " + ttys[static_cast<int>(s.tty)] + "\nsessiontype " +
         (s.shell_or_command ? "default" : "none") + "\nstdinnull " +
         (s.stdin_null ? "yes" : "no") + "\nforkafterauthentication " +
         (s.fork_after_authentication ? "yes" : "no") + "\nremotecommand " +
         (s.remote_command ? "x" : "none") + "\nloglevel " + (s.quiet ? "QUIET" : "INFO") +
         "\ncontrolpath " + s.control_path + "\ncontrolmaster " + s.control_master + "\n" +
         forwards;
}

bool same(const shim::ssh_settings& a, const shim::ssh_settings& b) {
  return printed(a) == printed(b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto settings = shim::parse_ssh_settings(text);
  const auto between = shim::parse_ssh_settings("nosuchkeyword x\n" + text + "\nhostnames x\n");
  CHECK(settings.has_value() == between.has_value());
  if (!settings) return 0;
  CHECK(same(*settings, *between));
  CHECK(settings->escape == between->escape);
  const auto again = shim::parse_ssh_settings(printed(*settings));
  CHECK(again.has_value());
  CHECK(same(*settings, *again));
  return 0;
}
