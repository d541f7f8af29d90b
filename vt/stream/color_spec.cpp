#include <vt/stream/color_spec.hpp>

#include <charconv>

namespace vt {
namespace {

constexpr std::size_t most_digits = 4;

std::optional<unsigned> hexadecimal(std::string_view digits) {
  if (digits.empty() || digits.size() > most_digits) return std::nullopt;
  unsigned value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, 16);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> scaled(std::string_view digits) {
  const auto value = hexadecimal(digits);
  if (!value) return std::nullopt;
  const auto most = (1u << 4 * digits.size()) - 1;
  return static_cast<std::uint16_t>(*value * 0xffff / most);
}

std::optional<std::uint16_t> filled(std::string_view digits) {
  const auto value = hexadecimal(digits);
  if (!value) return std::nullopt;
  return static_cast<std::uint16_t>(*value << 4 * (most_digits - digits.size()));
}

std::optional<color_value> joined(std::optional<std::uint16_t> red,
                                  std::optional<std::uint16_t> green,
                                  std::optional<std::uint16_t> blue) {
  if (!red || !green || !blue) return std::nullopt;
  return color_value{*red, *green, *blue};
}

std::string_view take_part(std::string_view& rest) {
  const auto end = rest.find('/');
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

std::optional<color_value> read_color(std::string_view spec) {
  if (spec.starts_with('#')) {
    const auto digits = spec.substr(1);
    const auto each = digits.size() / 3;
    if (each * 3 != digits.size()) return std::nullopt;
    return joined(filled(digits.substr(0, each)), filled(digits.substr(each, each)),
                  filled(digits.substr(2 * each)));
  }
  constexpr std::string_view prefix = "rgb:";
  if (!spec.starts_with(prefix)) return std::nullopt;
  auto rest = spec.substr(prefix.size());
  const auto red = scaled(take_part(rest));
  const auto green = scaled(take_part(rest));
  return joined(red, green, scaled(rest));
}

}  // namespace vt
