// Lines of ssh_config(5): what is read is read again from its plainest spelling, and a line means
// the same whatever stands around it.
#include <shim/core/ssh_config_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

std::string quoted(const std::string& argument) {
  std::string spelled = "\"";
  for (const char byte : argument) {
    if (byte == '"' || byte == '\\') spelled += '\\';
    spelled += byte;
  }
  return spelled + '"';
}

std::string printed(const shim::ssh_config_line& line) {
  auto text = '"' + line.keyword + '"';
  for (const auto& argument : line.arguments) text += ' ' + quoted(argument);
  return text;
}

bool same(const shim::ssh_config_line& a, const shim::ssh_config_line& b) {
  return a.keyword == b.keyword && a.arguments == b.arguments;
}

void holds_for(const shim::ssh_config_line& line) {
  CHECK(!line.keyword.empty() && line.keyword[0] != '#');
  CHECK(line.keyword.find('"') == line.keyword.npos);
  CHECK(std::ranges::none_of(line.keyword, [](char c) { return c >= 'A' && c <= 'Z'; }));
  CHECK(!line.arguments.empty());
  const auto again = shim::parse_ssh_config_line(printed(line));
  CHECK(again && same(line, *again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = shim::parse_ssh_config(text);
  std::string plain;
  for (const auto& line : lines) {
    holds_for(line);
    plain += printed(line) + "\r\n";
  }
  CHECK(std::ranges::equal(lines, shim::parse_ssh_config(plain), same));
  const auto between = shim::parse_ssh_config("Host \"x\n" + text + "\n# x\n");
  CHECK(std::ranges::equal(lines, between, same));

  const auto mentions = shim::mentions_in_ssh_config(text);
  const auto again = shim::mentions_in_ssh_config(plain + "NoSuchKeyword x\n" + plain);
  CHECK(mentions.control_paths == again.control_paths);
  CHECK(mentions.includes == again.includes);
  CHECK(mentions.hosts == again.hosts);
  return 0;
}
