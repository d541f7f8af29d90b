// What the numbers in cells stand for: styles, links, and characters of more than one code point.
//
// Bounded. Where there is no more room, although only what is on the screens is kept, a style is
// the plain one, a link is none, and a combining character is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vt/screen/cell.hpp>
#include <vt/screen/interned.hpp>
#include <vt/stream/pen.hpp>

namespace vt {

struct pen_hash {
  std::size_t operator()(const pen& p) const;
};

class cell_tables {
 public:
  static constexpr std::size_t max_styles = 65536;
  static constexpr std::size_t max_links = 4096;
  static constexpr std::size_t max_link_bytes = std::size_t{1024} * 1024;  // of all links together
  static constexpr std::size_t max_clusters = 65536;
  static constexpr std::size_t max_cluster_bytes = 64;  // of one: a base and about fifteen marks

  const pen& style(std::uint16_t number) const { return styles_[number]; }

  // What stands behind `8;` in the OSC: parameters, `;`, the address.
  std::string_view link(std::uint16_t number) const { return links_[number]; }

  // In UTF-8, of a cell that is not empty and no right half.
  std::string text(const cell& c) const;

 private:
  friend class screen;

  interned<pen, pen_hash> styles_{max_styles};
  interned<std::string> links_{max_links};
  interned<std::string> clusters_{max_clusters};
  std::size_t link_bytes_ = 0;
};

}  // namespace vt
