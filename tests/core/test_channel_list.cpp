#include <shim/core/channel_list.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using shim::channel_list;
using shim::read_channel_list;

// Of OpenSSH 9.2: two sessions, a connection through a forward, and what `~?` adds.
constexpr std::string_view told_list =
    "~#\r\nThe following connections are open:\r\n"
    "  #0 mux-control (t16 [mux-control] nr0 i0/0 o0/16 e[closed]/0 fd 7/7/-1 sock 7 cc -1 io "
    "0x01/0x03)\r\n"
    "  #2 client-session (t4 [session] r0 i0/0 o0/0 e[write]/4 fd 8/9/10 sock -1 cc 0 io "
    "0x01/0x00)\r\n"
    "  #3 mux-control (t16 [mux-control] nr0 i0/0 o0/16 e[closed]/0 fd 11/11/-1 sock 11 cc -1 io "
    "0x01/0x03)\r\n"
    "  #4 client-session (t3 [session] nr0 i0/0 o0/0 e[write]/0 fd 12/13/14 sock -1 cc 3 io "
    "0x00/0x00)\r\n"
    "  #5 direct-tcpip: listening port 80 cc 4 for x (t4 [direct-tcpip] r1 i0/0 o0/0 e[closed]/0 "
    "fd 15/15/-1 sock 15 cc -1 io 0x01/0x00)\r\n"
    "~?\r\nSupported escape sequences:\r\n";

using number_list = std::vector<std::uint32_t>;

number_list channel_numbers(const channel_list& list) {
  number_list all;
  for (const auto& each : list.channels) all.push_back(each.number);
  return all;
}

}  // namespace

TEST_CASE("a list of channels is told apart from what is around it") {
  const auto list = read_channel_list(told_list);
  REQUIRE(list);
  CHECK(list->is_whole);
  CHECK(channel_numbers(*list) == number_list{0, 2, 3, 4, 5});
  CHECK(list->channels[1].line.starts_with("  #2 client-session (t4"));
  CHECK(list->channels[1].line.ends_with("io 0x01/0x00)"));
  CHECK(list->channels[0].control == std::nullopt);
  CHECK(list->channels[1].control == 0);
  CHECK(list->channels[4].control == std::nullopt);
}

TEST_CASE("a list of channels that is cut anywhere has the lines that have come") {
  const auto whole = read_channel_list(told_list);
  REQUIRE(whole);
  const auto begins = told_list.find("  #0");
  const auto ends = told_list.find("~?\r\n") + 4;
  for (std::size_t cut = 0; cut <= told_list.size(); ++cut) {
    CAPTURE(cut);
    const auto list = read_channel_list(told_list.substr(0, cut));
    REQUIRE(list.has_value() == (cut >= begins));
    if (!list) continue;
    CHECK(list->is_whole == (cut >= ends));
    REQUIRE(list->channels.size() <= whole->channels.size());
    for (std::size_t i = 0; i < list->channels.size(); ++i)
      CHECK(list->channels[i].line == whole->channels[i].line);
  }
}

TEST_CASE("a list of no channels is one, and what has no heading is none") {
  CHECK(read_channel_list("The following connections are open:\r\n")->channels.empty());
  CHECK_FALSE(read_channel_list("~?\r\nSupported escape sequences:\r\n"));
  CHECK_FALSE(read_channel_list(""));
}

TEST_CASE("a session that is there to see the list is left out, with its control channel") {
  auto list = *read_channel_list(told_list);
  leave_out_session(list, 4);
  CHECK(channel_numbers(list) == number_list{0, 2, 5});
  leave_out_session(list, 9);
  CHECK(channel_numbers(list) == number_list{0, 2, 5});
}

TEST_CASE("a session that is over is left out, and no other without a control channel") {
  constexpr std::string_view rest = " nr0 i3/0 o3/0 ";
  const auto line = [&](const std::string& descriptors) {
    return "  #7 client-session (t4" + std::string(rest) + descriptors + " cc -1 io 0x00/0x00)";
  };
  const auto over = line("fd -1/-1/-1 sock -1");
  const auto of_the_master = line("fd 4/5/6 sock -1");
  const std::string forward = "  #9 direct-tcpip: x (t4 nr0 i3/0 o3/0 fd -1/-1/-1 sock -1 cc -1)";
  channel_list list{{{7, over, {}}, {8, of_the_master, {}}, {9, forward, {}}}, true};
  leave_out_session(list, 1);
  CHECK(channel_numbers(list) == number_list{8, 9});
}

TEST_CASE("a control connection is left out if no other has nothing in it") {
  auto list = *read_channel_list(told_list);
  leave_out_idle_control(list);
  CHECK(channel_numbers(list) == number_list{0, 2, 3, 4, 5});
  std::erase_if(list.channels, [](const auto& one) { return one.number == 4; });
  leave_out_idle_control(list);
  CHECK(channel_numbers(list) == number_list{0, 2, 5});
  leave_out_idle_control(list);
  CHECK(channel_numbers(list) == number_list{0, 2, 5});
  // Nobody can tell which of two is whose.
  std::erase_if(list.channels, [](const auto& one) { return one.number == 2; });
  list.channels.push_back({6, "  #6 mux-control (t16)", {}});
  leave_out_idle_control(list);
  CHECK(channel_numbers(list) == number_list{0, 5, 6});
}
