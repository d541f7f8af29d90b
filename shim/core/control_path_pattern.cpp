#include <shim/core/control_path_pattern.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace shim {
namespace {

using kind = control_path_piece::kind;

// What is known is text already; %k may be any alias, %j is there since 9.6.
std::optional<kind> kind_of(char token) {
  switch (token) {
    case 'C': return kind::hash;
    case 'h': return kind::host;
    case 'n': return kind::destination;
    case 'p': return kind::port;
    case 'r': return kind::user;
    case 'k': return kind::other;
    case 'j': return kind::maybe_empty;
    default: return std::nullopt;
  }
}

std::optional<std::string> known(char token, const control_path_values& values) {
  switch (token) {
    case '%': return "%";
    case 'd': return values.home;
    case 'i': return values.uid;
    case 'u': return values.user;
    case 'l': return values.hostname;
    case 'L': return values.hostname.substr(0, values.hostname.find('.'));
    default: return std::nullopt;
  }
}

void add_text(std::vector<control_path_piece>& pieces, std::string_view text) {
  if (pieces.empty() || pieces.back().what != kind::text) pieces.push_back({});
  pieces.back().text += text;
}

// Of `%x` at the front. False if ssh has no such token.
bool take_token(std::string_view& pattern, const control_path_values& values,
                std::vector<control_path_piece>& pieces) {
  if (pattern.size() < 2) return false;
  const char token = pattern[1];
  pattern.remove_prefix(2);
  if (const auto text = known(token, values)) {
    add_text(pieces, *text);
    return true;
  }
  const auto what = kind_of(token);
  if (!what) return false;
  const bool twice = *what == kind::maybe_empty && !pieces.empty() && pieces.back().what == *what;
  if (!twice) pieces.push_back({.what = *what});
  return true;
}

// Of `${NAME}` at the front. False if it has no value. What is in a value is not expanded again.
bool take_variable(std::string_view& pattern, const control_path_values& values,
                   std::vector<control_path_piece>& pieces) {
  const auto end = pattern.find('}');
  if (end == pattern.npos) return false;
  const std::string name(pattern.substr(2, end - 2));
  const auto value = values.environment ? values.environment(name) : std::nullopt;
  if (!value || name.empty()) return false;
  add_text(pieces, *value);
  pattern.remove_prefix(end + 1);
  return true;
}

// As ssh.c does: `~` first, then tokens and variables in one go.
std::optional<std::vector<control_path_piece>> expanded(std::string_view pattern,
                                                        const control_path_values& values) {
  std::string from_root(pattern);
  if (pattern.starts_with('~')) {
    if (!pattern.starts_with("~/")) return std::nullopt;
    from_root.replace(0, 1, values.home);
  }
  std::vector<control_path_piece> pieces;
  for (std::string_view rest = from_root; !rest.empty();) {
    bool is_right = true;
    if (rest[0] == '%') {
      is_right = take_token(rest, values, pieces);
    } else if (rest.starts_with("${")) {
      is_right = take_variable(rest, values, pieces);
    } else {
      add_text(pieces, rest.substr(0, 1));
      rest.remove_prefix(1);
    }
    if (!is_right) return std::nullopt;
  }
  return pieces;
}

// The components of text between `/`, those that say nothing too.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto part = text.substr(0, text.find('/'));
    parts.push_back(part);
    if (part.size() == text.size()) return parts;
    text.remove_prefix(part.size() + 1);
  }
}

bool says_nothing(std::string_view name) { return name.empty() || name == "."; }

bool is_text(const std::vector<control_path_piece>& component) {
  return std::ranges::all_of(component, [](const auto& p) { return p.what == kind::text; });
}

bool says_nothing(const std::vector<control_path_piece>& component) {
  return is_text(component) && (component.empty() || says_nothing(component[0].text));
}

// Those that say nothing too; at least one.
std::vector<std::vector<control_path_piece>> components_of(
    const std::vector<control_path_piece>& pieces) {
  std::vector<std::vector<control_path_piece>> components(1);
  for (const auto& piece : pieces) {
    if (piece.what != kind::text) {
      components.back().push_back(piece);
      continue;
    }
    const auto parts = split(piece.text);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) components.emplace_back();
      if (!parts[i].empty()) add_text(components.back(), parts[i]);
    }
  }
  return components;
}

// Only if there is no other.
std::optional<std::string> told(const std::optional<control_path_readings::texts>& texts) {
  if (!texts || texts->size() != 1) return std::nullopt;
  return std::string(*texts->begin());
}

bool none_left(const std::optional<control_path_readings::texts>& texts) {
  return texts && texts->empty();
}

}  // namespace

std::optional<control_path_pattern> control_path_pattern::parse(std::string_view pattern,
                                                                const control_path_values& values) {
  const auto pieces = expanded(pattern, values);
  if (!pieces || pieces->empty() || !pieces->front().text.starts_with('/')) return std::nullopt;
  std::size_t shortest = 0;  // what no socket is called takes no time to read, either
  for (const auto& piece : *pieces) shortest += least_size(piece);
  auto components = components_of(*pieces);
  if (shortest > max_socket_path || says_nothing(components.back())) return std::nullopt;
  std::erase_if(components, [](const auto& component) { return says_nothing(component); });

  control_path_pattern all;
  const auto first_token = std::ranges::find_if_not(components, is_text);
  const auto last = std::prev(components.end());
  for (auto i = components.begin(); i != std::min(first_token, last); ++i)
    all.directory_ += '/' + i->front().text;
  all.first_level_ = static_cast<std::size_t>(std::min(first_token, last) - components.begin());
  if (all.directory_.empty()) all.directory_ = "/";
  all.components_ = std::move(components);
  return all;
}

bool control_path_pattern::may_be_at(std::size_t level, std::string_view name) const {
  control_path_readings found;
  return level < levels() && read_component(components_[first_level_ + level], name, found);
}

std::optional<control_path_match> control_path_pattern::match(std::string_view path) const {
  if (!path.starts_with('/') || path.size() > max_socket_path) return std::nullopt;
  auto names = split(path);
  if (says_nothing(names.back())) return std::nullopt;
  std::erase_if(names, [](auto name) { return says_nothing(name); });
  control_path_readings found;
  const auto reads = [&found](const component& pieces, std::string_view name) {
    return read_component(pieces, name, found);
  };
  if (!std::ranges::equal(components_, names, reads)) return std::nullopt;
  for (const auto* texts : {&found.host, &found.destination, &found.port, &found.user})
    if (none_left(*texts)) return std::nullopt;
  control_path_match match{told(found.host), told(found.destination), {}, told(found.user)};
  if (const auto port = told(found.port)) match.port = parse_port(*port);
  return match;
}

}  // namespace shim
