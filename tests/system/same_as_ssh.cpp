#include <tests/system/same_as_ssh.hpp>

#include <filesystem>
#include <random>

#include <tests/support/text.hpp>

namespace test {
namespace {

std::vector<std::string> after(std::string program, const std::vector<std::string>& words) {
  std::vector<std::string> argv{std::move(program)};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

}  // namespace

const std::string& real_ssh() {
  static const std::string path = found_in_path("ssh");
  return path;
}

const std::string& real_ssh_file() {
  static const std::string path = std::filesystem::canonical(real_ssh());
  return path;
}

bool is_installed(const std::string& program) { return !found_in_path(program).empty(); }

bool ssh_is_from(shim::ssh_version first) {
  const auto version = shim::parse_ssh_version(run({real_ssh(), "-V"}).err);
  return version && *version >= first;
}

finished same_as_ssh(const std::vector<std::string>& words, const run_options& options,
                     std::string_view input) {
  finished plain = run(after(real_ssh(), words), options, input);
  const finished shim = run(after(SHIM_BINARY, words), options, input);
  INFO("ssh " << quoted(words));
  CHECK(shim == plain);
  return plain;
}

finished same_as_ssh(const sshd& server, const std::vector<std::string>& words,
                     const run_options& options, std::string_view input) {
  std::vector<std::string> with_config{"-F", server.config()};
  with_config.insert(with_config.end(), words.begin(), words.end());
  return same_as_ssh(with_config, options, input);
}

std::string any_bytes(std::size_t size) {
  std::mt19937 random(20);
  std::string bytes;
  bytes.reserve(size);
  while (bytes.size() < size) bytes += static_cast<char>(random() & 0xffU);
  return bytes;
}

}  // namespace test
