#include "measure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

namespace bench {
namespace {

rounds by_round(const rounds& a, const rounds& b, const std::function<double(double, double)>& of) {
  rounds result;
  for (std::size_t round = 0; round < std::min(a.size(), b.size()); ++round)
    result.push_back(of(a[round], b[round]));
  return result;
}

}  // namespace

double percentile(std::vector<double> values, double share) {
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  const auto at = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

double median(const std::vector<double>& values) {
  return (percentile(values, 0.5) + percentile(values, 0.5 + 0.5 / double(values.size()))) / 2;
}

rounds minus(const rounds& a, const rounds& b) { return by_round(a, b, std::minus<>()); }

rounds over(const rounds& a, const rounds& b) { return by_round(a, b, std::divides<>()); }

std::string shown(const rounds& figures, int digits) {
  if (figures.empty()) return "no figure";
  return fmt::format("{:.{}f} ({:.{}f}..{:.{}f})", median(figures), digits,
                     percentile(figures, 0.25), digits, percentile(figures, 0.75), digits);
}

std::string table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column)
      line += fmt::format("  {:<{}}", row[column], widths[column]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string verdict(const rounds& figures, double at_most) {
  if (figures.empty()) return "not measured";
  if (percentile(figures, 0.75) <= at_most) return "holds";
  if (percentile(figures, 0.25) > at_most) return "fails";
  return median(figures) <= at_most ? "holds by the median" : "fails by the median";
}

}  // namespace bench
