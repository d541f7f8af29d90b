#include <shim/core/channel_list.hpp>

#include <algorithm>
#include <charconv>

namespace shim {
namespace {

constexpr std::string_view list_heading = "The following connections are open:";
constexpr std::string_view channel_lead = "  #";
constexpr std::string_view control_field = " cc ";
constexpr std::string_view control_type = " mux-control ";
constexpr std::string_view session_type = " client-session ";
constexpr std::string_view descriptors_field = " fd ";
constexpr std::string_view none_open = "-1/-1/";

std::optional<std::uint32_t> channel_number_at(std::string_view text) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

// The last one: what stands before it may be of the other side's choice.
std::optional<std::uint32_t> control_channel_of(std::string_view line) {
  const auto at = line.rfind(control_field);
  return at == line.npos ? std::nullopt : channel_number_at(line.substr(at + control_field.size()));
}

// Takes a line from the front; nothing if its end has not come.
std::optional<std::string_view> take_list_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line.substr(0, line.find_last_not_of('\r') + 1);  // npos + 1 is 0
}

// Its client has gone, and the server has not said so yet.
bool is_session_at_its_end(const open_channel& one) {
  const auto at = one.line.rfind(descriptors_field);
  return !one.control && one.line.find(session_type) != one.line.npos && at != one.line.npos &&
         one.line.substr(at + descriptors_field.size()).starts_with(none_open);
}

bool is_control_channel(const open_channel& one) {
  return one.line.find(control_type) != one.line.npos && !one.control;
}

}  // namespace

std::optional<channel_list> read_channel_list(std::string_view text) {
  auto line = take_list_line(text);
  while (line && *line != list_heading) line = take_list_line(text);
  if (!line) return std::nullopt;
  channel_list list;
  while ((line = take_list_line(text))) {
    const auto number = line->starts_with(channel_lead)
                            ? channel_number_at(line->substr(channel_lead.size()))
                            : std::nullopt;
    list.is_whole = !number;
    if (list.is_whole) break;
    list.channels.push_back({*number, *line, control_channel_of(*line)});
  }
  return list;
}

void leave_out_session(channel_list& from, std::uint32_t session) {
  std::erase_if(from.channels, is_session_at_its_end);
  const auto own = std::ranges::find(from.channels, session, &open_channel::number);
  if (own == from.channels.end()) return;
  const auto control = own->control;
  std::erase_if(from.channels, [&](const open_channel& one) {
    return one.number == session || one.number == control;
  });
}

void leave_out_idle_control(channel_list& from) {
  const auto is_idle = [&](const open_channel& one) {
    return is_control_channel(one) && std::ranges::none_of(from.channels, [&](const auto& other) {
             return other.control == one.number;
           });
  };
  const auto idle = std::ranges::find_if(from.channels, is_idle);
  if (std::ranges::count_if(from.channels, is_idle) == 1) from.channels.erase(idle);
}

}  // namespace shim
