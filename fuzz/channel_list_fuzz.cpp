// A list of channels: any beginning of the text has the lines that have come, and what is left out
// is what was asked for, and no other's.
#include <shim/core/channel_list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>

namespace {

std::vector<std::string_view> lines_in(const shim::channel_list& list) {
  std::vector<std::string_view> lines;
  for (const auto& each : list.channels) lines.push_back(each.line);
  return lines;
}

bool is_part_of(const std::vector<std::string_view>& some,
                const std::vector<std::string_view>& all) {
  auto at = all.begin();
  for (const auto& each : some) {
    at = std::find(at, all.end(), each);
    if (at == all.end()) return false;
    ++at;
  }
  return true;
}

void stands_in(std::string_view text, const shim::channel_list& list) {
  const auto* from = text.data();
  for (const auto& each : list.channels) {
    CHECK(each.line.data() >= from &&
          each.line.data() + each.line.size() < text.data() + text.size());
    CHECK(each.line.starts_with("  #"));
    CHECK(each.line.find('\n') == each.line.npos);
    from = each.line.data() + each.line.size();
  }
}

void beginning_is_of_the_whole(std::string_view text, std::size_t cut) {
  const auto whole = shim::read_channel_list(text);
  const auto part = shim::read_channel_list(text.substr(0, cut));
  if (!part) return;
  CHECK(whole);
  const auto some = lines_in(*part);
  const auto all = lines_in(*whole);
  CHECK(some.size() <= all.size());
  CHECK(std::equal(some.begin(), some.end(), all.begin()));
  if (part->is_whole) CHECK(whole->is_whole && some == all);
}

void leaves_out(const shim::channel_list& list, std::uint32_t session) {
  const auto own = std::ranges::find(list.channels, session, &shim::open_channel::number);
  auto left = list;
  shim::leave_out_session(left, session);
  CHECK(is_part_of(lines_in(left), lines_in(list)));
  const auto is_gone = [&](std::uint32_t number) {
    return std::ranges::find(left.channels, number, &shim::open_channel::number) ==
           left.channels.end();
  };
  CHECK(is_gone(session));
  if (own != list.channels.end() && own->control) CHECK(is_gone(*own->control));
  // What another session is heard by stays.
  for (const auto& each : list.channels) {
    const bool is_own =
        own != list.channels.end() && (each.number == session || each.number == own->control);
    if (!is_own && each.control) CHECK(!is_gone(each.number));
  }

  auto fewer = list;
  shim::leave_out_idle_control(fewer);
  CHECK(fewer.channels.size() + 1 >= list.channels.size());
  CHECK(is_part_of(lines_in(fewer), lines_in(list)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::size_t cut = data[1] + data[2] * std::size_t{256};
  beginning_is_of_the_whole(text, std::min(cut, text.size()));
  const auto list = shim::read_channel_list(text);
  if (!list) return 0;
  stands_in(text, *list);
  leaves_out(*list, data[0]);
  return 0;
}
