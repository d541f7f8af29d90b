// What two screens are compared by: all that a program or a person could tell them apart by, as
// lines of text, less what repaint.hpp says cannot be equal.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <vt/screen/history.hpp>
#include <vt/screen/repaint.hpp>
#include <vt/screen/row_stretches.hpp>

namespace test {

// A screen with its scrollback.
struct kept_screen {
  kept_screen(int rows, int columns, vt::scrollback_limits limits = {})
      : history(limits), screen(rows, columns, &history) {}

  vt::repainted repainted() const { return vt::repaint(screen, &history.rows()); }

  vt::history history;
  vt::screen screen;
};

inline std::string told(const vt::pen& p) {
  if (p.plain()) return {};
  char text[64];
  std::snprintf(text, sizeof text, "<%x,%x,%x,%x>", p.attributes, p.foreground, p.background,
                p.underline);
  return text;
}

using told_cells = std::vector<std::string>;

// An empty cell as a space that is drawn alike.
inline void tell(told_cells& to, const vt::stretch& s) {
  const auto look = told(s.look) + (s.link.empty() ? "" : "{" + std::string(s.link) + "}") +
                    (s.guarded ? "!" : "");
  const auto tell_glyph = [&](std::string_view text) {
    to.push_back(look + std::string(text) + (s.width() == 2 ? "~" : ""));
  };
  if (s.glyphs == 0) to.insert(to.end(), s.columns, look + " ");
  if (s.glyphs == 1) return tell_glyph(s.text);
  for (auto rest = s.text; !rest.empty();) {
    const auto size = std::max<std::size_t>(vt::length_by_lead(rest[0]), 1);
    tell_glyph(rest.substr(0, size));
    rest.remove_prefix(std::min(size, rest.size()));
  }
}

inline std::string joined(told_cells cells) {
  while (!cells.empty() && cells.back() == " ") cells.pop_back();
  std::string line;
  for (const auto& c : cells) line += c + "|";
  return line;
}

inline std::vector<std::string> told(const vt::grid& g, const vt::cell_tables& tables) {
  std::vector<std::string> rows;
  std::string buffer;
  for (int n = 0; n < g.rows(); ++n) {
    told_cells row;
    for_each_stretch(g.row(n), g.columns(), tables, buffer,
                     [&row](const vt::stretch& s) { tell(row, s); });
    rows.push_back(joined(row) + (g.row(n).wrapped && n + 1 < g.rows() ? "..." : ""));
  }
  return rows;
}

// How much of a history is compared: its rows; the lines that they make, without the cells that may
// have been left empty as a wide character had no room in them; or the text
// of these alone, without what is blank.
enum class history_as { rows, lines, text };

inline std::vector<std::string> told(const vt::scrollback& history, history_as as) {
  const bool as_lines = as != history_as::rows;
  std::vector<std::string> lines;
  told_cells line;
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].for_each([&line](const vt::stretch& s) { tell(line, s); });
    const bool goes_on = history[i].wrapped() && i + 1 < history.size();
    if (goes_on && as_lines) continue;
    told_cells kept;
    for (const auto& c : line) {
      while (as_lines && c.ends_with("~") && !kept.empty() && kept.back().ends_with(" "))
        kept.pop_back();
      if (as != history_as::text || c != " ") kept.push_back(c);
    }
    const bool fresh = as != history_as::text || lines.empty();
    if (fresh) lines.emplace_back();
    lines.back() += joined(kept) + (goes_on ? "..." : "");
    line.clear();
  }
  return lines;
}

inline std::string told(const vt::drawing& d) {
  std::string text = told(d.pen) + (d.origin ? " origin" : "") + (d.guarded ? " guarded" : "");
  for (const auto g : d.sets.g) text += " " + std::to_string(g);
  return text + " gl" + std::to_string(d.sets.gl) + " gr" + std::to_string(d.sets.gr);
}

inline std::string told(const vt::cursor_position& at) {
  return std::to_string(at.row) + "," + std::to_string(at.column) + (at.wraps ? " waits" : "");
}

inline vt::terminal_state comparable(const vt::terminal_state& all) {
  auto state = all;
  state.set_mode(2026, false);
  state.text = {};  // the screen's own is compared
  state.rows = state.columns = {};
  state.set_mode(7, true);
  state.values = {};
  state.titles = {};
  return state;
}

inline void add_all(std::vector<std::string>& to, std::string_view what,
                    const std::vector<std::string>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    to.push_back(std::string(what) + " " + std::to_string(i) + ": " + rows[i]);
}

inline std::vector<std::string> told(const kept_screen& all, history_as as) {
  const auto& s = all.screen;
  std::vector<std::string> lines;
  lines.push_back(std::string("shown: ") + (s.on_alternate() ? "alternate" : "primary"));
  lines.push_back("cursor: " + told(s.cursor()));
  lines.push_back("drawing: " + told(s.text()) + " link " + std::string(s.open_link()) + " shift " +
                  std::to_string(s.single_shift()));
  for (const bool alternate : {false, true})
    lines.push_back("saved: " + told(s.saved(alternate).at) + " " + told(s.saved(alternate).text));
  const auto& m = s.margins();
  lines.push_back("margins: " + std::to_string(m.first) + "-" + std::to_string(m.last) + " " +
                  std::to_string(m.left) + "-" + std::to_string(m.right) +
                  (s.autowrap() ? "" : " no wrap"));
  auto& tabs = lines.emplace_back("tabs:");
  for (int c = 0; c < s.columns(); ++c)
    if (s.tab_stop(c)) tabs += " " + std::to_string(c);
  lines.push_back("titles: " + s.said().now.icon + "/" + s.said().now.window + " in " +
                  s.said().directory);
  for (const auto& p : s.said().pushed)
    lines.push_back("pushed: " + std::to_string(p.kind) + " " + p.were.icon + "/" + p.were.window);
  for (const auto& [index, color] : s.said().palette)
    lines.push_back("color " + std::to_string(index) + ": " + color);
  for (const auto& color : s.said().dynamic) lines.push_back("dynamic: " + color);
  lines.push_back("pending: " + std::string(s.pending()));
  add_all(lines, "history", told(all.history.rows(), as));
  add_all(lines, "primary", told(s.primary(), s.tables()));
  add_all(lines, "alternate", told(s.alternate(), s.tables()));
  return lines;
}

// Nothing: they are the same.
inline std::string difference(const kept_screen& a, const kept_screen& b,
                              history_as as = history_as::rows) {
  const auto left = told(a, as);
  const auto right = told(b, as);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto line = [i](const auto& lines) { return i < lines.size() ? lines[i] : "(none)"; };
    if (line(left) != line(right)) return line(left) + "\n" + line(right);
  }
  if (!(comparable(a.screen.journal().state()) == comparable(b.screen.journal().state())))
    return "modes";
  return {};
}

}  // namespace test
