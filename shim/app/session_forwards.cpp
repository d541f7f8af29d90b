#include <shim/app/session_forwards.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <shim/app/ask_masters.hpp>
#include <shim/app/mux_passengers.hpp>
#include <shim/core/ssh_argv.hpp>
#include <shim/hold/daemon.hpp>
#include <shim/io/byte_locks.hpp>
#include <shim/io/child.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/listening.hpp>
#include <shim/io/process_handle.hpp>
#include <shim/io/socket_peers.hpp>

namespace shim::app {
namespace {

// Which letters take a value differs between versions, in none that is looked for here.
constexpr ssh_version any_version{9, 4};

// Byte 0 is the lock under which they are begun and ended (forwards_turn).
off_t byte_of_forward(const std::string& master_path, const forward_spec& one) {
  const auto text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", master_path, one.kind, one.listen_host,
                                one.listen_port, one.connect_host, one.connect_port);
  return io::byte_locks::byte_named(text);
}

// For as long as it lives nobody else begins or ends one.
class forwards_turn {
 public:
  explicit forwards_turn(const io::byte_locks& locks) : locks_(locks) { locks_.wait_for(turn); }
  ~forwards_turn() { locks_.give_back(turn); }
  forwards_turn(const forwards_turn&) = delete;
  forwards_turn& operator=(const forwards_turn&) = delete;
  forwards_turn(forwards_turn&&) = delete;
  forwards_turn& operator=(forwards_turn&&) = delete;

 private:
  static constexpr off_t turn = 0;

  const io::byte_locks& locks_;
};

// ssh puts values into paths (readconf.c default_client_percent_dollar_expand()), and a relative
// one leads elsewhere for a master.
bool is_plain_path(const std::string& path) {
  return path.starts_with('/') && path.find_first_of("%$") == path.npos;
}

bool is_plain(const forward_spec& one) {
  using what = mux_message::forward;
  return (one.listen_port != what::unix_path || is_plain_path(one.listen_host)) &&
         (one.connect_port != what::unix_path || is_plain_path(one.connect_host));
}

bool file_is_there(const std::string& path) {
  struct stat file {};
  return ::lstat(path.c_str(), &file) == 0;
}

// A master leaves the socket of a path behind (channels.c).
void end_forward(const std::string& master_path, const forward_spec& one) {
  request_of_master(master_path, mux_message::close_forward{0, one.message()});
  if (one.listen_port != mux_message::forward::unix_path) return;
  std::error_code ignored;
  io::control_socket(one.listen_host).remove_stale(ignored);
}

// What the ssh processes at a master have in their words, its own among them.
std::vector<forward_spec> asked_for_at(const std::string& master_path) {
  mux_master one;
  one.path = master_path;
  add_passengers({&one, 1}, {});
  std::vector<forward_spec> all;
  for (const auto& each : one.known_passengers)
    for (auto& forward : own_forwards(each.argv)) all.push_back(std::move(forward));
  return all;
}

// What a master does not have open for us: it has its control socket, or its sockets cannot be
// seen.
class forwards_of_others {
 public:
  explicit forwards_of_others(const std::string& path) : asked_for_(asked_for_at(path)) {
    mux_master one;
    one.path = path;
    ask_masters({&one, 1}, how_far::to_the_master);
    is_seen_ = one.pid > 0 && !io::process_sockets(one.pid).empty();
    if (is_seen_) ports_ = io::listening_ports(one.pid);
  }

  // What cannot be seen counts as if something were there.
  bool have(const forward_spec& one) const {
    using what = mux_message::forward;
    if (std::ranges::find(asked_for_, one) != asked_for_.end()) return true;
    if (one.kind == what::remote) return false;
    if (one.listen_port == what::unix_path) return file_is_there(one.listen_host);
    return !is_seen_ || std::ranges::binary_search(ports_, one.listen_port);
  }

 private:
  std::vector<forward_spec> asked_for_;
  bool is_seen_ = false;
  std::vector<std::uint16_t> ports_;
};

}  // namespace

std::vector<forward_spec> own_forwards(const std::vector<std::string>& argv) {
  const std::vector<std::string_view> words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
  const auto no_long_one = [](std::string_view) { return false; };
  std::vector<forward_spec> all;
  for (const auto& each : scan_ssh_argv(words, any_version, no_long_one).options) {
    if (each.letter != 'L' && each.letter != 'R' && each.letter != 'D') continue;
    const auto spec = parse_forward_spec(each.letter, each.argument);
    if (spec && is_plain(*spec)) all.push_back(*spec);
  }
  return all;
}

session_forwards::session_forwards(std::string master_path, const std::string& lock_directory,
                                   const std::vector<std::string>& argv)
    : path_(std::move(master_path)) {
  const auto asked_for = own_forwards(argv);
  if (asked_for.empty()) return;
  if (!lock_directory.empty()) locks_ = io::byte_locks(lock_directory + "/.forwards");
  claim(asked_for);
}

void session_forwards::claim(const std::vector<forward_spec>& asked_for) {
  const forwards_turn mine(locks_);
  const forwards_of_others others(path_);
  for (const auto& each : asked_for) {
    const auto byte = byte_of_forward(path_, each);
    if (others.have(each) && !locks_.others_have(byte)) continue;
    locks_.take(byte, io::byte_locks::kind::shared);
    ours_.push_back(each);
  }
}

void session_forwards::watch() {
  if (ours_.empty()) return;
  const io::process_handle self(::getpid());
  std::array<int, 2> ends{-1, -1};
  if (self.fd() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const io::unique_fd from_us(ends[0]);
  lifeline_ = io::unique_fd(ends[1]);
  watcher_ = ::fork();
  if (watcher_ == 0) wait_and_cancel(self.fd(), from_us.get());
}

// What becomes ssh closes all that it has not opened, the lifeline with it, long before it ends: a
// process is waited for by its end alone, unless it takes its leave by a byte.
void session_forwards::wait_and_cancel(int self, int lifeline) {
  lifeline_.reset();
  hold::become_daemon("ssh-forwards");
  std::array<pollfd, 2> events{{{self, POLLIN, 0}, {lifeline, POLLIN, 0}}};
  for (bool over = false; !over;) {
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    over = events[0].revents != 0 || (events[1].revents & POLLIN) != 0;
    if (events[1].revents != 0) events[1].fd = -1;
  }
  cancel();
  ::_exit(EXIT_SUCCESS);
}

void session_forwards::end() {
  if (watcher_ > 0) {
    [[maybe_unused]] const auto told = ::write(lifeline_.get(), "", 1);
    io::wait_for(std::exchange(watcher_, -1));
  } else {
    cancel();
  }
  ours_.clear();
}

// The last one of those that share it; not what plain ssh has asked for meanwhile.
void session_forwards::cancel() const {
  if (ours_.empty()) return;
  const forwards_turn mine(locks_);
  const auto wanted = asked_for_at(path_);
  for (const auto& each : ours_) {
    const auto byte = byte_of_forward(path_, each);
    const bool is_wanted = std::ranges::find(wanted, each) != wanted.end();
    if (locks_.take(byte, io::byte_locks::kind::sole) && !is_wanted) end_forward(path_, each);
    locks_.give_back(byte);
  }
}

}  // namespace shim::app
