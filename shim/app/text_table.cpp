#include <shim/app/text_table.hpp>

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <shim/app/environment.hpp>
#include <shim/io/pty.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using columns = std::vector<column>;

// What is left of a column that is cut still says something.
constexpr std::size_t least_width = 8;

// Of characters, most of which are one column wide.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; }));
}

void cut(std::string& text, std::size_t width) {
  constexpr std::string_view mark = "...";
  if (width_of(text) <= width) return;
  std::size_t end = 0;
  for (auto left = width - mark.size() + 1; end < text.size(); ++end)
    if ((text[end] & 0xc0) != 0x80 && --left == 0) break;
  text.replace(end, text.npos, mark);
}

bool has_any(const column& one) {
  return std::ranges::any_of(one.cells, [](const auto& cell) { return cell != "-"; });
}

std::string plain_table(const columns& all) {
  std::string text;
  for (std::size_t row = 0; row < all.front().cells.size(); ++row) {
    for (const auto& each : all) text += (&each == &all.front() ? "" : "\t") + each.cells[row];
    text += '\n';
  }
  return text;
}

class aligned_table {
 public:
  aligned_table(columns all, std::size_t most) : all_(std::move(all)) {
    std::erase_if(all_, [](const auto& each) { return each.if_any && !has_any(each); });
    for (const auto& each : all_) {
      auto width = each.heading.size();
      for (const auto& cell : each.cells) width = std::max(width, width_of(cell));
      widths_.push_back(width);
    }
    if (most != 0) keep_to(most);
  }

  std::string heading() const {
    std::string line;
    for (std::size_t i = 0; i < all_.size(); ++i) put(line, i, all_[i].heading, {});
    return line;
  }
  std::string row(std::size_t at) const {
    std::string line;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const auto& each = all_[i];
      put(line, i, each.cells[at], each.colours.empty() ? std::string_view() : each.colours[at]);
    }
    return line;
  }

 private:
  void keep_to(std::size_t most) {
    auto whole = std::accumulate(widths_.begin(), widths_.end(), 2 * (widths_.size() - 1));
    for (; whole > most; --whole) {
      auto* const widest = widest_to_cut();
      if (widest == nullptr) break;
      --*widest;
    }
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (auto& cell : all_[i].cells) cut(cell, widths_[i]);
  }

  std::size_t* widest_to_cut() {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const auto least = std::max(all_[i].heading.size(), least_width);
      if (!all_[i].may_be_cut || widths_[i] <= least) continue;
      if (widest == nullptr || widths_[i] > *widest) widest = &widths_[i];
    }
    return widest;
  }

  void put(std::string& line, std::size_t column, std::string_view text,
           std::string_view colour) const {
    line.append(colour).append(text).append(colour.empty() ? "" : "\x1b[m");
    if (column + 1 < all_.size()) line.append(widths_[column] - width_of(text) + 2, ' ');
  }

  columns all_;
  std::vector<std::size_t> widths_;
};

std::string aligned_text(columns all, std::size_t width) {
  const auto rows = all.front().cells.size();
  const aligned_table table(std::move(all), width);
  auto text = table.heading() + '\n';
  for (std::size_t i = 0; i < rows; ++i) text += table.row(i) + '\n';
  return text;
}

}  // namespace

table_style style_for_people() {
  const bool coloured = ::isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").empty() &&
                        environment("TERM") != "dumb";
  return coloured ? table_style::coloured : table_style::uncoloured;
}

std::size_t width_for_people() { return io::window_size_of(STDOUT_FILENO).columns; }

std::string cell_text(std::string_view text, std::size_t most) {
  return text.empty() ? "-" : vt::printable(text, most);
}

std::string table_text(std::vector<column> columns, table_style style, std::size_t width) {
  if (columns.empty() || columns.front().cells.empty()) return {};
  if (style == table_style::plain) return plain_table(columns);
  return aligned_text(std::move(columns), width);
}

}  // namespace shim::app
