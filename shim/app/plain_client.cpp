#include <shim/app/plain_client.hpp>

#include <algorithm>
#include <span>
#include <string_view>

#include <shim/core/ssh_argv.hpp>
#include <shim/io/running.hpp>

namespace shim::app {
namespace {

// Which letters take a value differs between versions, in little that is used.
constexpr ssh_version usual_version{9, 4};

bool no_long_option(std::string_view) { return false; }

using word_views = std::vector<std::string_view>;

word_views words_of(const std::vector<std::string>& argv) {
  return {argv.begin() + (argv.empty() ? 0 : 1), argv.end()};
}

ssh_argv scanned(const word_views& words) {
  return scan_ssh_argv(words, usual_version, no_long_option);
}

// Of ssh.c, once it is in the background.
bool is_title_of_master(const std::vector<std::string>& argv) {
  return argv.size() == 1 && argv[0].starts_with("ssh: ") && argv[0].ends_with(" [mux]");
}

}  // namespace

std::string host_in(const std::vector<std::string>& argv) {
  const auto words = words_of(argv);
  const auto read = scanned(words);
  if (read.unknown || !read.destination || !read.long_options.empty()) return {};
  return std::string(words[*read.destination]);
}

bool has_own_use(const std::vector<std::string>& argv) {
  if (is_title_of_master(argv)) return false;
  const auto words = words_of(argv);
  const auto read = scanned(words);
  const auto has = [&read](std::string_view letters) {
    return std::ranges::any_of(read.options, [letters](const ssh_option& one) {
      return letters.find(one.letter) != letters.npos;
    });
  };
  return !has("N") || has("LRDWw");
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

// The ssh of a session leads a session of the kernel's, too.
std::vector<plain_client> plain_clients(const std::vector<hold::session_info>& sessions) {
  std::vector<plain_client> clients;
  for (const auto& each : io::own_programs("ssh")) {
    const auto is_its = [&](const hold::session_info& one) {
      return static_cast<pid_t>(one.numbers.pid) == each.session;
    };
    if (std::ranges::any_of(sessions, is_its)) continue;
    clients.push_back({each.pid, host_in(each.argv), each.terminal, joined(each.argv)});
  }
  return clients;
}

}  // namespace shim::app
