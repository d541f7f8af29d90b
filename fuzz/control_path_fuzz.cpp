// ControlPath templates: a template, a NUL, a path, a NUL, what makes up a user. A path that ssh
// would make of the template is read back, and any path as the obvious backtracking reader does.
#include <shim/core/control_path.hpp>
#include <shim/core/control_path_pattern.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>

namespace {

const std::string hash(40, 'c');
constexpr std::string_view tokens = "Chnprkj";  // those without a value of this machine

shim::control_path_values here() {
  return {
      .home = "/h", .uid = "7", .user = "u", .hostname = "d.x", .environment = [](const auto& n) {
        return n[0] == '-' ? std::nullopt : std::optional("/e" + n);
      }};
}

// A byte, or a token's letter with the top bit set in what `char` has no room for.
using spelled = std::vector<int>;
constexpr int token_bit = 0x100;

// What ssh makes of a template before it knows the host; nothing if it refuses.
std::optional<spelled> model_expand(std::string text) {
  const std::map<char, std::string> known = {{'%', "%"},   {'d', "/h"}, {'i', "7"},
                                             {'l', "d.x"}, {'L', "d"},  {'u', "u"}};
  spelled all;
  const auto add = [&all](const std::string& s) {
    for (const char c : s) all.push_back(static_cast<unsigned char>(c));
  };
  if (text.starts_with("~/")) text = "/h" + text.substr(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char after = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '%' && known.contains(after)) {
      add(known.at(after));
      ++i;
    } else if (text[i] == '%') {
      if (after == '\0' || tokens.find(after) == tokens.npos) return std::nullopt;
      all.push_back(token_bit | text[++i]);
    } else if (text[i] == '$' && after == '{') {
      const auto end = text.find('}', i);
      if (end == text.npos || end == i + 2 || text[i + 2] == '-') return std::nullopt;
      add("/e" + text.substr(i + 2, end - i - 2));
      i = end;
    } else {
      add({text[i]});
    }
  }
  return all;
}

bool model_admits(char token, std::string_view text) {
  const auto all_of = [text](std::string_view set) {
    return !text.empty() && text.find_first_not_of(set) == text.npos;
  };
  if (text.find('/') != text.npos) return false;
  if (token == 'C') return text.size() == 40 && all_of("0123456789abcdef");
  if (token == 'p')
    return all_of("0123456789") && text[0] != '0' && text.size() < 6 &&
           std::stoi(std::string(text)) < 65536;
  if (token == 'h' || token == 'n') return !text.empty() && text.find('@') == text.npos;
  return token == 'j' || !text.empty();
}

// For each place of a token, its texts over all ways to read the path.
struct model_reader {
  const spelled& pattern;
  std::string_view path;
  std::map<std::size_t, std::string> now = {};
  std::map<std::size_t, std::set<std::string>> found = {};
  bool any = false;

  void read(std::size_t at = 0, std::size_t in_path = 0) {
    if (at == pattern.size()) {
      if (in_path != path.size()) return;
      any = true;
      for (const auto& [place, text] : now) found[place].insert(text);
    } else if (pattern[at] < token_bit) {
      if (in_path < path.size() && static_cast<unsigned char>(path[in_path]) == pattern[at])
        read(at + 1, in_path + 1);
    } else {
      for (auto end = in_path; end <= path.size(); ++end) {
        now[at] = path.substr(in_path, end - in_path);
        if (model_admits(static_cast<char>(pattern[at]), now[at])) read(at + 1, end);
      }
    }
  }

  // Nothing if the token is not there.
  std::optional<std::set<std::string>> texts(char token) const {
    std::optional<std::set<std::string>> all;
    for (const auto& [place, texts] : found) {
      if (pattern[place] != (token_bit | token)) continue;
      if (!all) all = texts;
      std::erase_if(*all, [&texts = texts](const auto& text) { return !texts.contains(text); });
    }
    return all;
  }
};

std::array<std::optional<std::string>, 4> told(const shim::control_path_match& match) {
  const auto port = match.port ? std::optional(std::to_string(*match.port)) : std::nullopt;
  return {match.host, match.destination, port, match.user};
}
constexpr std::string_view told_tokens = "hnpr";

bool is_plain(const std::string& text) {
  return text.starts_with('/') && !text.ends_with('/') && !text.ends_with("/.") &&
         text.find("//") == text.npos && text.find("/./") == text.npos;
}

// The text of a spelled pattern for one host.
std::string filled(const spelled& pattern, const std::map<char, std::string>& values) {
  std::string text;
  for (const int one : pattern)
    text += one < token_bit ? std::string(1, static_cast<char>(one))
                            : values.at(static_cast<char>(one));
  return text;
}

void agrees_with_model(const shim::control_path_pattern& pattern, const spelled& spelling,
                       const std::string& path) {
  const auto match = pattern.match(path);
  model_reader model{spelling, path};
  model.read();
  bool possible = model.any;
  for (const char token : told_tokens)
    possible = possible && !(model.texts(token) && model.texts(token)->empty());
  CHECK(match.has_value() == possible);
  for (std::size_t i = 0; match && i < told_tokens.size(); ++i) {
    const auto texts = model.texts(told_tokens[i]);
    const bool alone = texts && texts->size() == 1;
    CHECK(told(*match)[i] == (alone ? std::optional(*texts->begin()) : std::nullopt));
  }
}

void reads_back(const shim::control_path_pattern& pattern, const spelled& spelling,
                std::string user) {
  std::ranges::replace(user, '/', '_');
  std::erase(user, '\0');
  if (user.empty()) user = "me@corp";
  const std::string port = std::to_string(1 + user.size());
  const std::map<char, std::string> values = {{'C', hash}, {'h', "a_1:b"}, {'n', "-a.2"},
                                              {'p', port}, {'r', user},    {'k', "k@1"},
                                              {'j', "j"}};
  const auto path = filled(spelling, values);
  if (!path.starts_with('/') || path.size() > shim::max_socket_path) return;
  if (user == ".") return;  // `.` says nothing as a component
  const auto match = pattern.match(path);
  CHECK(match.has_value());
  for (std::size_t i = 0; i < told_tokens.size(); ++i) {
    const auto text = told(*match)[i];
    CHECK(!text || *text == values.at(told_tokens[i]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<std::string, 3> parts;
  std::size_t part = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == 0 && part + 1 < parts.size()) {
      ++part;
    } else {
      parts[part] += static_cast<char>(data[i]);
    }
  }
  const auto& [text, path, user] = parts;

  if (const auto quoted = shim::quoted_control_path(path)) {
    const auto spelling = model_expand(*quoted);
    CHECK(spelling && filled(*spelling, {}) == path);
  }
  if (!path.empty()) CHECK(shim::path_of_bind_name(path + ".0123456789abcdeF") == path);

  const auto pattern = shim::control_path_pattern::parse(text, here());
  const auto spelling = model_expand(text);
  if (!pattern) return 0;
  CHECK(spelling.has_value());
  CHECK(pattern->directory().starts_with('/') && pattern->levels() >= 1);
  reads_back(*pattern, *spelling, user);
  const std::map<char, std::string> letters = {{'C', "x"}, {'h', "x"}, {'n', "x"}, {'p', "x"},
                                               {'r', "x"}, {'k', "x"}, {'j', "x"}};
  const auto count = std::ranges::count_if(*spelling, [](int one) { return one >= token_bit; });
  constexpr std::size_t most = 24;  // the model takes exponential time
  if (is_plain(path) && is_plain(filled(*spelling, letters)) && path.size() <= most && count <= 5)
    agrees_with_model(*pattern, *spelling, path);
  return 0;
}
