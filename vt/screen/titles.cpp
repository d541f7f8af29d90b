#include <vt/screen/titles.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace vt {
namespace {

constexpr unsigned special = 256;  // where the palette's numbers end
constexpr unsigned all_colors = special + 8;

// The fields of a payload, one at a time.
std::string_view take_field(std::string_view& rest) {
  const auto end = std::min(rest.find(';'), rest.size());
  const auto field = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return field;
}

std::optional<unsigned> number_in(std::string_view field) {
  unsigned value = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), value);
  if (read.ec != std::errc{} || read.ptr != field.data() + field.size()) return std::nullopt;
  return value;
}

bool is_color(std::string_view spec) {
  return !spec.empty() && spec != "?" && spec.size() <= spoken::max_color_bytes;
}

void set_palette(spoken& s, std::string_view rest, unsigned first) {
  while (!rest.empty()) {
    const auto index = number_in(take_field(rest));
    const auto spec = take_field(rest);
    if (index && *index < all_colors - first && is_color(spec))
      s.palette[static_cast<std::uint16_t>(first + *index)] = spec;
  }
}

void reset_palette(spoken& s, std::string_view rest, unsigned first) {
  if (rest.empty()) {
    const auto from = s.palette.lower_bound(static_cast<std::uint16_t>(first));
    s.palette.erase(from, first == 0 ? s.palette.lower_bound(special) : s.palette.end());
  }
  while (!rest.empty()) {
    if (const auto index = number_in(take_field(rest)); index && *index < all_colors - first)
      s.palette.erase(static_cast<std::uint16_t>(first + *index));
  }
}

void set_dynamic(spoken& s, std::string_view rest, std::size_t index) {
  for (; index < s.dynamic.size() && !rest.empty(); ++index)
    if (const auto spec = take_field(rest); is_color(spec)) s.dynamic[index] = spec;
}

}  // namespace

void spoken::operating_system_command(std::string_view payload) {
  const auto number = number_in(take_field(payload));
  if (!number) return;
  switch (*number) {
    case 0: now.icon = now.window = payload; return;
    case 1: now.icon = payload; return;
    case 2: now.window = payload; return;
    case 4: return set_palette(*this, payload, 0);
    case 5: return set_palette(*this, payload, special);
    case 7: directory = payload; return;
    case 104: return reset_palette(*this, payload, 0);
    case 105: return reset_palette(*this, payload, special);
    default: break;
  }
  if (*number >= 10 && *number < 20) set_dynamic(*this, payload, *number - 10);
  if (*number >= 110 && *number < 120) dynamic[*number - 110].clear();
}

void spoken::push_title(unsigned kind) {
  if (pushed.size() == max_pushed) pushed.erase(pushed.begin());
  pushed.push_back({kind, now});
}

void spoken::pop_title(unsigned kind) {
  if (pushed.empty()) return;
  const auto same = std::find_if(pushed.rbegin(), pushed.rend(),
                                 [kind](const pushed_title& each) { return each.kind == kind; });
  const auto found = same == pushed.rend() ? pushed.end() - 1 : same.base() - 1;
  if (kind != 2 && found->kind != 2) now.icon = found->were.icon;
  if (kind != 1 && found->kind != 1) now.window = found->were.window;
  pushed.erase(found);
}

}  // namespace vt
