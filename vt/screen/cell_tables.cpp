#include <vt/screen/cell_tables.hpp>

#include <vt/screen/width.hpp>

namespace vt {

std::size_t pen_hash::operator()(const pen& p) const {
  const auto low = std::uint64_t{p.attributes} << 32 | p.foreground;
  const auto high = std::uint64_t{p.underline} << 32 | p.background;
  const auto mixed = (low ^ high * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
  return static_cast<std::size_t>(mixed ^ mixed >> 32);
}

std::string cell_tables::text(const cell& c) const {
  if (c.is_cluster()) return clusters_[static_cast<std::uint16_t>(c.value())];
  std::string one;
  append_utf8(one, c.value());
  return one;
}

}  // namespace vt
