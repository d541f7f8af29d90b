// What a screen shows, made comparable, and what must hold for any screen whatever was fed to it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <tests/support/output_grammar.hpp>
#include <vt/screen/screen.hpp>

namespace test {

inline std::string text_of(const vt::row_view& row, const vt::cell_tables& tables) {
  std::string text;
  for (const auto& c : row.cells) {
    if (c.is_half()) continue;
    text += c.empty() ? " " : tables.text(c);
  }
  return text;
}

inline std::string without_end(std::string text, char what) {
  while (text.ends_with(what)) text.pop_back();
  return text;
}

// A line for each row, without the spaces and the empty lines at the end.
inline std::string text_of(const vt::screen& s, const vt::grid& g) {
  std::string text;
  for (int row = 0; row < g.rows(); ++row)
    text += without_end(text_of(g.row(row), s.tables()), ' ') + '\n';
  return without_end(text, '\n');
}

inline std::string text_of(const vt::screen& s) { return text_of(s, s.shown()); }

inline std::string spelled(const vt::pen& p) {
  std::array<char, 512> bytes;
  vt::sequence_writer out(bytes);
  vt::write(out, p);
  return std::string(bytes.data(), out.size());
}

// Empty cells at the end may be there, or be the row's fill.
inline void add_row(std::string& all, const vt::row_view& row, const vt::cell_tables& tables) {
  auto cells = row.cells;
  const vt::cell none{0, row.fill, 0};
  while (!cells.empty() && cells.back() == none) cells = cells.first(cells.size() - 1);
  vt::cell before;
  for (const auto& c : cells) {
    if (c.style != before.style) all += spelled(tables.style(c.style)) + '~';
    if (c.link != before.link) all += std::string(tables.link(c.link)) + '~';
    if (c.is_guarded()) all += '!';
    all += c.is_half() ? "<" : c.empty() ? "_" : tables.text(c);
    before = c;
  }
  all += spelled(tables.style(row.fill)) + (row.wrapped ? "+\n" : "\n");
}

// All that can be asked of it, with the numbers in its cells replaced by what they stand for.
inline std::string dump(const vt::screen& s) {
  std::string all;
  const auto add = [&all](auto... numbers) { ((all += std::to_string(numbers) + ' '), ...); };
  for (const auto* g : {&s.primary(), &s.alternate()})
    for (int row = 0; row < g->rows(); ++row) add_row(all, g->row(row), s.tables());
  const auto add_cursor = [&](const vt::cursor_position& at, const vt::drawing& text) {
    add(at.row, at.column, at.wraps, text.origin, text.guarded, text.sets.gl);
    for (const auto set : text.sets.g) add(set);
    all += spelled(text.pen) + '\n';
  };
  add_cursor(s.cursor(), s.text());
  for (const bool on_alternate : {false, true})
    add_cursor(s.saved(on_alternate).at, s.saved(on_alternate).text);
  add(s.on_alternate(), s.autowrap(), s.inserting(), s.single_shift(), s.margins().first,
      s.margins().last, s.margins().left, s.margins().right);
  for (int column = 0; column < s.columns(); ++column) add(s.tab_stop(column));
  for (const auto& title : {s.said().now.icon, s.said().now.window, s.said().directory})
    all += title + '\n';
  for (const auto& [index, color] : s.said().palette) all += std::to_string(index) + color + ' ';
  for (const auto& color : s.said().dynamic) all += color + ' ';
  all += std::string(s.open_link()) + '\n';
  return all;
}

// Nothing, or what does not hold.
inline std::string broken_law(const vt::screen& s) {
  const auto inside = [&s](const vt::cursor_position& at) {
    return 0 <= at.row && at.row < s.rows() && 0 <= at.column && at.column < s.columns();
  };
  if (!inside(s.cursor())) return "the cursor is outside";
  if (!inside(s.saved(false).at) || !inside(s.saved(true).at)) return "a saved cursor is outside";
  const auto& m = s.margins();
  if (m.first < 0 || m.first >= m.last || m.last > s.rows()) return "margins of rows";
  if (m.left < 0 || m.left >= m.right || m.right > s.columns()) return "margins of columns";
  if (s.pending().size() > vt::screen::max_pending) return "too much is pending";
  for (const auto* g : {&s.primary(), &s.alternate()}) {
    if (g->rows() != s.rows() || g->columns() != s.columns()) return "a grid has another size";
    for (int row = 0; row < g->rows(); ++row) {
      const auto cells = g->row(row).cells;
      if (cells.size() > static_cast<std::size_t>(s.columns())) return "a row is too long";
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool wide_before = i > 0 && cells[i - 1].is_wide();
        if (cells[i].is_half() != wide_before) return "half of a wide character";
        if (cells[i].is_wide() && i + 1 == cells.size()) return "a wide character is cut off";
        if (cells[i].is_half() && cells[i].value() != 0) return "text in a right half";
        s.tables().style(cells[i].style);
        s.tables().link(cells[i].link);
        if (!cells[i].empty() && !cells[i].is_half() && s.tables().text(cells[i]).empty())
          return "a character without text";
      }
    }
  }
  return {};
}

// Output that moves, edits and erases, beside all that output_grammar has.
template <class Random>
std::string editing_output(Random& random, std::size_t pieces) {
  constexpr std::string_view finals[] = {"A", "B", "C", "D", "E", "F", "G",  "H",  "I",  "J", "K",
                                         "L", "M", "P", "S", "T", "X", "Z",  "@",  "`",  "a", "b",
                                         "d", "e", "f", "g", "r", "s", "'}", "'~", "?J", "?K"};
  constexpr std::string_view others[] = {
      "\x1b"
      "D",
      "\x1bM",
      "\x1b"
      "E",
      "\x1bH",
      "\x1b#8",
      "\x1b"
      "c",
      "\x1b[!p",
      "\t",
      "\b",
      "\v",
      "\u4e16",
      "e\u0301",
      "\u0301",
      "\U0001f600",
      "abcdefghijklmnop",
      "\r\n",
      "\n",
      "\x1b[4h",
      "\x1b[4l",
      "\x1b[?69h",
      "\x1b[?7l",
      "\x1b[?7h",
      "\x1b[3;6r",
      "\x1b[3;9s",
      "\x1b[?6h",
      "\xe4\xb8",
      "\xff",
      "\x1b[41m",
      "\x1b[m",
      "\x1b[1\"q",
      "\x1b(0",
      "\x1b(B",
      "\x1bN",
      "\x1b["};
  const auto any = [&random](std::size_t count) {
    return static_cast<std::size_t>(random()) % count;
  };
  const output_grammar grammar;
  std::string all;
  for (; pieces > 0; --pieces) {
    const auto which = any(4);
    if (which == 0) {
      all += grammar(random, 1);
    } else if (which == 1) {
      all += others[any(std::size(others))];
    } else {
      const auto final = finals[any(std::size(finals))];
      all += final.starts_with('?') ? "\x1b[?" : "\x1b[";
      if (any(4) != 0) all += std::to_string(any(12));
      if (any(3) == 0) all += ';' + std::to_string(any(14));
      all += final.starts_with('?') ? final.substr(1) : final;
    }
  }
  return all;
}

}  // namespace test
