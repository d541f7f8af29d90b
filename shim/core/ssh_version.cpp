#include <shim/core/ssh_version.hpp>

#include <charconv>

namespace shim {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<ssh_version> parse_ssh_version(std::string_view line) {
  if (!take(line, "OpenSSH_")) return std::nullopt;
  const auto major = take_number(line);
  if (!major || !take(line, ".")) return std::nullopt;
  const auto minor = take_number(line);
  if (!minor) return std::nullopt;
  return ssh_version{*major, *minor};
}

}  // namespace shim
