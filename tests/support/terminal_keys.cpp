#include <tests/support/terminal_keys.hpp>

#include <algorithm>
#include <stdexcept>

#include <tests/support/text.hpp>
#include <tests/support/vectors.hpp>

namespace test {
namespace {

constexpr std::string_view reports[] = {"focus", "click", "ask"};

captured_mode& find_or_add(std::vector<captured_mode>& all, const std::string& terminal,
                           const std::string& mode) {
  const auto found = std::ranges::find_if(all, [&](const captured_mode& each) {
    return each.terminal == terminal && each.mode == mode;
  });
  if (found != all.end()) return *found;
  return all.emplace_back(captured_mode{.terminal = terminal, .mode = mode, .keys = {}});
}

// For a column: a bar ends one, and blanks at its ends are not part of it.
std::string in_column(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    switch (byte) {
      case '\x1b': text += "\\e"; break;
      case '|': text += "\\x7c"; break;
      case ' ': text += "\\x20"; break;
      default: text += escaped({&byte, 1});
    }
  }
  return text;
}

struct row {
  std::string terminal;
  std::string modes;
  captured_key key;
};

std::vector<row> rows_of(const std::vector<captured_mode>& captured) {
  std::vector<row> rows;
  for (const captured_mode& each : captured) {
    for (const captured_key& key : each.keys) {
      const auto same = std::ranges::find_if(rows, [&](const row& other) {
        return other.terminal == each.terminal && other.key.pressed == key.pressed &&
               other.key.bytes == key.bytes;
      });
      if (same == rows.end()) {
        rows.push_back({each.terminal, each.mode, key});
      } else {
        same->modes += " " + each.mode;
      }
    }
  }
  return rows;
}

// Rows of one key together, keys in the order in which they came first.
void sort_by_key(std::vector<row>& rows) {
  std::vector<std::string> order;
  for (const row& each : rows) {
    if (std::ranges::find(order, each.key.pressed) == order.end())
      order.push_back(each.key.pressed);
  }
  std::ranges::stable_sort(rows, {}, [&](const row& each) {
    return std::ranges::find(order, each.key.pressed) - order.begin();
  });
}

}  // namespace

bool captured_key::is_report() const {
  return std::ranges::any_of(reports,
                             [this](std::string_view word) { return pressed.starts_with(word); });
}

bool captured_key::is_bracketed_paste() const {
  return pressed.starts_with("paste") && pressed.ends_with("?2004");
}

const std::string& captured_mode::bytes(std::string_view pressed) const {
  const auto found = std::ranges::find(keys, pressed, &captured_key::pressed);
  if (found == keys.end())
    throw std::runtime_error(terminal + " " + mode + ": no " + std::string(pressed));
  return found->bytes;
}

std::vector<captured_mode> read_terminal_keys(const std::string& path) {
  std::vector<captured_mode> all;
  for (const auto& columns : read_vectors(path)) {
    const captured_key key{.pressed = columns.at(2), .bytes = unescaped(columns.at(3))};
    for (const std::string& mode : split(columns.at(1), ' '))
      find_or_add(all, columns.at(0), mode).keys.push_back(key);
  }
  return all;
}

std::string written(const std::vector<captured_mode>& captured) {
  std::vector<row> rows = rows_of(captured);
  sort_by_key(rows);
  std::string text;
  for (const row& each : rows) {
    text += each.terminal + " | " + each.modes + " | " + each.key.pressed + " | " +
            in_column(each.key.bytes) + "\n";
  }
  return text;
}

}  // namespace test
