#include <shim/app/text_table.hpp>

#include <unistd.h>

#include <algorithm>
#include <utility>

#include <shim/app/environment.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using columns = std::vector<column>;

// Of characters, most of which are one column wide.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; }));
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
  explicit aligned_table(columns all) : all_(std::move(all)) {
    std::erase_if(all_, [](const auto& each) { return each.if_any && !has_any(each); });
    for (const auto& each : all_) {
      auto width = each.heading.size();
      for (const auto& cell : each.cells) width = std::max(width, width_of(cell));
      widths_.push_back(width);
    }
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
  void put(std::string& line, std::size_t column, std::string_view text,
           std::string_view colour) const {
    line.append(colour).append(text).append(colour.empty() ? "" : "\x1b[m");
    if (column + 1 < all_.size()) line.append(widths_[column] - width_of(text) + 2, ' ');
  }

  columns all_;
  std::vector<std::size_t> widths_;
};

std::string aligned_text(columns all) {
  const auto rows = all.front().cells.size();
  const aligned_table table(std::move(all));
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

std::string cell_text(std::string_view text, std::size_t most) {
  return text.empty() ? "-" : vt::printable(text, most);
}

std::string table_text(std::vector<column> columns, table_style style) {
  if (columns.empty() || columns.front().cells.empty()) return {};
  return style == table_style::plain ? plain_table(columns) : aligned_text(std::move(columns));
}

}  // namespace shim::app
