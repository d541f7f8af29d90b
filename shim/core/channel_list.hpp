// What goes through an ssh's connection, as ssh tells it in lines for people (channels.c
// channel_open_message()): for `~#`, and to who asks a master of OpenSSH 10.3. The lines differ
// between versions; here they are only told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace shim {

struct open_channel {
  std::uint32_t number = 0;
  std::string_view line;  // `  #2 client-session (...)`, without its end; not safe to print
  std::optional<std::uint32_t> control;  // of a mux client's: the channel by which that is heard
};

struct channel_list {
  std::vector<open_channel> channels;
  bool is_whole = false;  // something else follows, so that there are no more
};

// Nothing before its heading has come. Views of the text.
std::optional<channel_list> read_channel_list(std::string_view text);

// Takes the two away that are there for the sake of the list: the session in which it was told and
// that one's control channel. And what is left of sessions that are over, as those of earlier
// lists.
void leave_out_session(channel_list& from, std::uint32_t session);

// The same where a control connection is all that it took: its channel is left out if it can be
// known, as the only one in which there is nothing.
void leave_out_idle_control(channel_list& from);

}  // namespace shim
