#include <shim/hold/terminal_name.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace shim::hold {
namespace {

// Field 22 of /proc/PID/stat (proc(5)); the second one, in parentheses, may have spaces in it.
std::string start_time_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream behind_name(text.substr(std::min(text.rfind(')') + 1, text.size())));
  std::string field;
  for (int i = 3; i <= 22; ++i) behind_name >> field;
  return behind_name ? field : std::string();
}

}  // namespace

std::string terminal_name() {
  unsigned device = 0;
  const auto leader = ::getsid(0);
  const auto start = start_time_of(leader);
  if (::ioctl(STDIN_FILENO, TIOCGDEV, &device) != 0 || start.empty()) return {};
  return std::to_string(device) + ':' + std::to_string(leader) + ':' + start;
}

}  // namespace shim::hold
