#include <shim/io/running.hpp>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>

#include <shim/io/file_text.hpp>

namespace shim::io {
namespace {

namespace fs = std::filesystem;

std::optional<pid_t> number_in(const std::string& name) {
  pid_t number = 0;
  const auto* end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

// What a program has made shorter is filled with zeros.
std::vector<std::string> split_words(const std::string& words) {
  std::vector<std::string> all;
  std::istringstream from(words);
  for (std::string word; std::getline(from, word, '\0');) all.push_back(word);
  while (!all.empty() && all.back().empty()) all.pop_back();
  return all;
}

// tty_nr has the minor number in bits 31 to 20 and 7 to 0; of pseudo terminals the major ones are
// 136 to 143, with 256 numbers each, and of consoles 4, below minor number 64.
std::string terminal_of(int tty_nr) {
  const unsigned number = static_cast<unsigned>(tty_nr);
  const unsigned major = number >> 8 & 0xfff;
  const unsigned minor = (number & 0xff) | (number >> 12 & 0xfff00);
  if (major >= 136 && major <= 143)
    return "/dev/pts/" + std::to_string((major - 136) * 256 + minor);
  return major == 4 && minor < 64 ? "/dev/tty" + std::to_string(minor) : "";
}

// An upgrade leaves what runs without its file.
bool is_called(const fs::path& executable, std::string_view name) {
  const auto file = executable.filename().string();
  return file == name || file == std::string(name) + " (deleted)";
}

// Behind the name of the program, which may have spaces and parentheses in it: state, parent,
// group, session, terminal.
bool read_stat(const std::string& directory, running_program& into) {
  const auto all = file_text(directory + "/stat");
  const auto name_end = all.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(all.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0;
  pid_t group = 0;
  int tty_nr = 0;
  if (!(fields >> state >> parent >> group >> into.session >> tty_nr) || state == 'Z') return false;
  into.terminal = terminal_of(tty_nr);
  return true;
}

}  // namespace

std::vector<running_program> own_programs(std::string_view name) {
  std::vector<running_program> all;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const auto pid = number_in(at->path().filename());
    struct stat status {};
    const auto directory = at->path().string();
    if (!pid || ::stat(directory.c_str(), &status) != 0 || status.st_uid != ::geteuid()) continue;
    std::error_code gone;
    if (!is_called(fs::read_symlink(directory + "/exe", gone), name)) continue;
    running_program one{*pid, -1, {}, split_words(file_text(directory + "/cmdline"))};
    if (read_stat(directory, one)) all.push_back(std::move(one));
  }
  std::ranges::sort(all, {}, &running_program::pid);
  return all;
}

}  // namespace shim::io
