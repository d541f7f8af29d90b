// The holder of a session: the process that stays when its terminals go. It lets visitors in, tells
// each client who reads, replies where no terminal is, and keeps what is to be known of the session
// until it is over.
//
// What it does follows from session_roles and session_life; here is what they are told and how it
// is done. What runs is held_program's business.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <shim/core/escape_char.hpp>
#include <shim/core/exit_status.hpp>
#include <shim/core/session_life.hpp>
#include <shim/core/session_protocol.hpp>
#include <shim/core/session_roles.hpp>
#include <shim/hold/claim.hpp>
#include <shim/hold/held_program.hpp>
#include <shim/hold/unattended.hpp>
#include <shim/hold/visitor.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/lifeline.hpp>

namespace shim::hold {

// How long a session may run, and how long with nothing typed or shown; 0: for ever.
struct session_limits {
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds idle_timeout{0};
};

struct held_session {
  std::string host;     // the destination; empty: what runs is no ssh
  std::string command;  // for people
  std::string term{};   // TERM of what runs
  bool forwards_agent = false;
  std::string agent_link{};  // where SSH_AUTH_SOCK of what runs leads; empty: nowhere of ours
  escape_char escape{'~'};   // these four as in relay_options
  escape_char private_escape{};
  bool ssh_has_info = false;
  std::string why_no_handover{};
  session_life_options life{};
  session_limits limits{};
};

class holder {
 public:
  // All but the session outlive it.
  holder(asio::io_context& context, claim& claimed, held_program& program, held_session session);
  ~holder() = default;
  holder(const holder&) = delete;
  holder& operator=(const holder&) = delete;

  // Takes visitors until it is over; it stops the context then. `first`: a client that is connected
  // already, or none.
  void start(io::unique_fd first);

  // By a signal to this process.
  void end_asked(end_signal how);
  void look_after_socket();

 private:
  using visitors = std::map<client_id, visitor>;
  using system_time = std::chrono::system_clock::time_point;

  // Visitors.
  void listen();
  void wait_for_visitor();
  visitor& let_in(io::unique_fd socket);
  bool take(visitor& from, const frame& message);
  bool on(visitor& from, const session_message::hello& m);
  bool on(visitor& from, const session_message::attach& m);
  bool on(visitor& from, const session_message::leave& m);
  bool on(visitor& from, const session_message::window& m);
  bool on(visitor& from, const session_message::suspend& m);
  bool on(visitor& from, const session_message::paint& m);
  bool on(visitor& from, const session_message::ask_info& m);
  bool on(visitor& from, const session_message::end& m);
  bool on(visitor& from, const session_message::rename& m);
  bool on(visitor& from, const session_message::evict& m);
  bool on(visitor& from, const session_message::opened& m);
  bool on(visitor& from, const session_message::facts& m);
  void lost(client_id id);
  void leave(visitor& client, client_exit how);
  void note_what_it_saw(const visitor& client);
  void evict(const visitor* but, std::string_view why);

  // What clients are shown.
  void attach_to_program(visitor& client, const session_message::attach& m);
  void paint_for(visitor& client, std::uint32_t most_history, bool unseen);
  void painted(client_id id, const std::optional<screen_process::picture>& made);
  void show_the_end(visitor& client);
  void tell_of_output();
  void tell_the_end(child_status end);
  void keep_the_end(std::uint32_t most_history);

  // What is told of the session.
  void answer_info(client_id id);
  session_message::info info() const;

  // The machines.
  void act();
  void perform(const session_role_effect& effect);
  void perform(const session_life_effect& effect);
  void take_role(client_id from);
  void attend_or_not();
  void wait_for_time();
  void wait_to_look_after_socket();
  void keep_to_limits();
  std::optional<system_time> limit() const;

  asio::io_context& context_;
  claim& claim_;
  held_program& program_;
  held_session session_;
  session_roles roles_;
  session_life life_;
  std::optional<unattended> unattended_;

  asio::posix::stream_descriptor listener_;
  asio::steady_timer timer_;
  asio::steady_timer socket_timer_;
  asio::steady_timer limit_timer_;
  visitors visitors_;
  client_id last_id_ = 0;
  std::shared_ptr<const peer_process> reader_;      // the client's that was told to read
  std::map<std::string, std::uint64_t> seen_rows_;  // by terminal
  bool attended_ = true;                            // somebody looks on
  bool time_is_up_ = false;
  std::optional<child_status> end_;
  std::string last_picture_;  // of an end that is kept
  screen_process::description described_;
  std::optional<std::uint64_t> described_at_;  // the position of the output for which that is
  system_time since_;
  system_time detached_;
  io::lifeline handlers_;
};

}  // namespace shim::hold
