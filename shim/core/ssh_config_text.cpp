#include <shim/core/ssh_config_text.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include <shim/core/host_pattern.hpp>

namespace shim {
namespace {

constexpr std::string_view blanks = " \t\r\n";  // WHITESPACE of misc.c

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

// As strdelim() of misc.c takes the next word: up to blanks and at most one `=`, or, with a double
// quote anywhere in it, up to the closing one. Nothing if there is none.
std::optional<std::string> take_word(std::string_view& text) {
  const auto end = std::min(text.find_first_of(" \t\r\n\"="), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  if (text.empty()) return word;
  const char delimiter = text[0];
  text.remove_prefix(1);
  if (delimiter == '"') {
    const auto closing = text.find('"');
    if (closing == text.npos) return std::nullopt;
    word += text.substr(0, closing);
    text.remove_prefix(closing + 1);
    skip_blanks(text);
    return word;
  }
  skip_blanks(text);
  if (delimiter != '=' && text.starts_with('=')) {
    text.remove_prefix(1);
    skip_blanks(text);
  }
  return word;
}

// Whether the backslash in front of `text` takes away the meaning of the byte after it.
bool is_escape(std::string_view text, bool quoted) {
  if (text.size() < 2 || text[0] != '\\') return false;
  return text[1] == '\'' || text[1] == '"' || text[1] == '\\' || (!quoted && text[1] == ' ');
}

// One argument of argv_split(), up to a blank outside quotes. Nothing if a quote is not closed.
std::optional<std::string> take_argument(std::string_view& text) {
  constexpr char none = '\0';
  std::string argument;
  char quote = none;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char byte = text[0];
    if (is_escape(text, quote != none)) {
      text.remove_prefix(1);
      argument += text[0];
    } else if (quote == none && (byte == ' ' || byte == '\t')) {
      break;
    } else if (quote == none && (byte == '"' || byte == '\'')) {
      quote = byte;
    } else if (quote != none && byte == quote) {
      quote = none;
    } else {
      argument += byte;
    }
  }
  if (quote != none) return std::nullopt;
  return argument;
}

// As argv_split() of misc.c does. A comment begins with a `#` where an argument would.
std::optional<std::vector<std::string>> split_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.empty() || text[0] == '#') return arguments;
    auto argument = take_argument(text);
    if (!argument) return std::nullopt;
    arguments.push_back(std::move(*argument));
  }
}

// Without <cctype>: a locale must not change what a keyword is.
constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// The first of equal ones stays, where it is.
void drop_repeated(std::vector<std::string>& all) {
  std::set<std::string> seen;
  std::erase_if(all, [&seen](const auto& one) { return !seen.insert(one).second; });
}

bool names_one_host(std::string_view pattern) {
  return !pattern.empty() && pattern[0] != '!' && pattern.find_first_of("*?") == pattern.npos;
}

// ssh refuses any other number of arguments, and takes `none` in either case.
bool is_control_path(const std::vector<std::string>& arguments) {
  return arguments.size() == 1 && !arguments[0].empty() && !same_host(arguments[0], "none");
}

}  // namespace

std::optional<ssh_config_line> parse_ssh_config_line(std::string_view line) {
  line = line.substr(0, line.find('\0'));                         // to ssh a line is a C string
  line = line.substr(0, line.find_last_not_of(" \t\r\n\f") + 1);  // npos + 1 is 0
  auto keyword = take_word(line);
  if (keyword && keyword->empty()) keyword = take_word(line);  // there were blanks in front
  if (!keyword || keyword->empty() || keyword->starts_with('#')) return std::nullopt;
  std::ranges::transform(*keyword, keyword->begin(), lower);
  skip_blanks(line);
  auto arguments = split_arguments(line);
  if (!arguments || arguments->empty()) return std::nullopt;
  return ssh_config_line{std::move(*keyword), std::move(*arguments)};
}

std::vector<ssh_config_line> parse_ssh_config(std::string_view text) {
  std::vector<ssh_config_line> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (auto parsed = parse_ssh_config_line(line)) lines.push_back(std::move(*parsed));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

ssh_config_mentions mentions_in_ssh_config(std::string_view text) {
  ssh_config_mentions mentions;
  for (const auto& [keyword, arguments] : parse_ssh_config(text)) {
    if (keyword == "controlpath") {
      if (is_control_path(arguments)) mentions.control_paths.push_back(arguments[0]);
    } else if (keyword == "include") {
      for (const auto& file : arguments)
        if (!file.empty()) mentions.includes.push_back(file);
    } else if (keyword == "host") {
      for (const auto& pattern : arguments)
        if (names_one_host(pattern)) mentions.hosts.push_back(pattern);
    }
  }
  drop_repeated(mentions.control_paths);
  drop_repeated(mentions.includes);
  drop_repeated(mentions.hosts);
  return mentions;
}

}  // namespace shim
