#include <shim/core/session_name.hpp>

#include <algorithm>

#include <shim/core/ssh_argv.hpp>
#include <vt/stream/printable.hpp>
#include <vt/stream/utf8.hpp>

namespace shim {
namespace {

constexpr std::string_view wildcards = "*?";
constexpr std::string_view no_beginnings = ".-";
constexpr std::string_view nameless = "session";  // for a destination of which nothing is left

constexpr std::size_t escape_size = 3;  // %XX
constexpr std::string_view hex = "0123456789ABCDEF";

class session_name_category : public std::error_category {
 public:
  const char* name() const noexcept override { return "session_name"; }
  std::string message(int value) const override {
    switch (static_cast<session_name_errc>(value)) {
      case session_name_errc::length: return "a name has 1 to 64 bytes";
      case session_name_errc::not_text: return "a name is UTF-8 text without control characters";
      case session_name_errc::slash: return "a name has no '/'";
      case session_name_errc::wildcard: return "a name has neither '*' nor '?'";
      case session_name_errc::end_space: return "a name neither begins nor ends with a space";
      case session_name_errc::beginning: return "a name begins with neither '.' nor '-'";
    }
    return "no name";
  }
};
static_assert(max_session_name == 64, "said in a message");

// To at most `most` bytes, and whole characters. What is left ends with no space.
void cut(std::string& text, std::size_t most) {
  if (text.size() > most) {
    while (most > 0 && vt::is_trail(text[most])) --most;
    text.resize(most);
  }
  text.erase(text.find_last_not_of(' ') + 1);  // npos + 1 is 0
}

std::string numbered(std::string name, std::size_t number) {
  const auto suffix = "-" + std::to_string(number);
  cut(name, max_session_name - suffix.size());
  return name + suffix;
}

bool is_any_of(char byte, std::string_view bytes) { return bytes.find(byte) != bytes.npos; }

bool stands_for_itself(char byte) {
  const bool is_letter = vt::is_between(byte, 'a', 'z') || vt::is_between(byte, 'A', 'Z');
  return is_letter || vt::is_between(byte, '0', '9') || is_any_of(byte, "-._@:+,=");
}

// Of the byte that is spelled %XX at the front; nothing if none is.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < escape_size) return std::nullopt;
  const auto high = hex.find(text[1]);
  const auto low = hex.find(text[2]);
  if (high == hex.npos || low == hex.npos) return std::nullopt;
  return static_cast<char>(high << 4 | low);
}

std::optional<std::string> unescaped(std::string_view file) {
  std::string name;
  while (!file.empty()) {
    const bool is_escape = file[0] == '%';
    const auto byte = is_escape ? escaped_byte(file) : std::optional(file[0]);
    if (!byte) return std::nullopt;
    name += *byte;
    file.remove_prefix(is_escape ? escape_size : 1);
  }
  return name;
}

}  // namespace

std::error_code make_error_code(session_name_errc error) {
  static const session_name_category category;
  return {static_cast<int>(error), category};
}

std::error_code check_session_name(std::string_view name) {
  using enum session_name_errc;
  if (name.empty() || name.size() > max_session_name) return length;
  if (vt::printable(name) != name) return not_text;
  if (name.find('/') != name.npos) return slash;
  if (name.find_first_of(wildcards) != name.npos) return wildcard;
  if (name.front() == ' ' || name.back() == ' ') return end_space;
  if (is_any_of(name.front(), no_beginnings)) return beginning;
  return {};
}

std::string session_name_for(std::string_view destination) {
  auto name = vt::printable(host_of(destination), max_session_name);
  const auto has_no_place = [](char byte) { return byte == '/' || is_any_of(byte, wildcards); };
  std::ranges::replace_if(name, has_no_place, '_');
  name.erase(0, name.find_first_not_of(" .-"));
  cut(name, max_session_name);
  return name.empty() ? std::string(nameless) : name;
}

std::string next_free_name(const std::string& name, const std::vector<std::string>& taken) {
  auto free = name;
  for (std::size_t number = 2; std::ranges::find(taken, free) != taken.end(); ++number)
    free = numbered(name, number);
  return free;
}

std::string session_file(std::string_view name) {
  std::string file;
  for (const char byte : name) {
    if (stands_for_itself(byte)) {
      file += byte;
    } else {
      file.append({'%', hex[vt::byte_of(byte) >> 4], hex[vt::byte_of(byte) & 0xf]});
    }
  }
  return file;
}

std::optional<std::string> session_of_file(std::string_view file) {
  if (file.size() > escape_size * max_session_name) return std::nullopt;
  auto name = unescaped(file);
  if (!name || check_session_name(*name) || session_file(*name) != file) return std::nullopt;
  return name;
}

}  // namespace shim
