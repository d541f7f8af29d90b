#include <shim/app/session_forwards.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>

#include <shim/app/ask_masters.hpp>
#include <shim/core/ssh_argv.hpp>
#include <shim/hold/daemon.hpp>
#include <shim/io/child.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/listening.hpp>
#include <shim/io/process_handle.hpp>
#include <shim/io/socket_peers.hpp>

namespace shim::app {
namespace {

// Which letters take a value differs between versions, in none that is looked for here.
constexpr ssh_version any_version{9, 4};

// Byte 0 is the lock under which they are begun and ended.
off_t byte_of_forward(const std::string& master_path, const forward_spec& one) {
  const auto text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", master_path, one.kind, one.listen_host,
                                one.listen_port, one.connect_host, one.connect_port);
  constexpr std::size_t most = std::size_t{1} << 30;  // an off_t of 32 bits has room for it
  return static_cast<off_t>(std::hash<std::string>{}(text) % most) + 1;
}

struct flock byte_lock(short type, off_t at) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = 1;
  return lock;
}

bool set_byte(int file, short type, off_t at) {
  auto lock = byte_lock(type, at);
  return ::fcntl(file, F_OFD_SETLK, &lock) == 0;
}

bool others_have(int file, off_t at) {
  auto lock = byte_lock(F_WRLCK, at);
  return ::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

// For as long as it lives nobody else begins or ends one.
class forwards_turn {
 public:
  explicit forwards_turn(int file) : file_(file) {
    auto lock = byte_lock(F_WRLCK, 0);
    while (file_ >= 0 && ::fcntl(file_, F_OFD_SETLKW, &lock) != 0 && errno == EINTR) {
    }
  }
  ~forwards_turn() {
    if (file_ >= 0) set_byte(file_, F_UNLCK, 0);
  }
  forwards_turn(const forwards_turn&) = delete;
  forwards_turn& operator=(const forwards_turn&) = delete;
  forwards_turn(forwards_turn&&) = delete;
  forwards_turn& operator=(forwards_turn&&) = delete;

 private:
  int file_;
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

// Where a master listens; it has its control socket, or its sockets cannot be seen.
class listeners_of_master {
 public:
  explicit listeners_of_master(const std::string& path) {
    mux_master one;
    one.path = path;
    ask_masters({&one, 1}, how_far::to_the_master);
    is_seen_ = one.pid > 0 && !io::process_sockets(one.pid).empty();
    if (is_seen_) ports_ = io::listening_ports(one.pid);
  }

  // What cannot be seen counts as if something were there.
  bool has(const forward_spec& one) const {
    if (one.listen_port == mux_message::forward::unix_path) return file_is_there(one.listen_host);
    return !is_seen_ || std::ranges::binary_search(ports_, one.listen_port);
  }

 private:
  bool is_seen_ = false;
  std::vector<std::uint16_t> ports_;
};

}  // namespace

std::vector<forward_spec> own_forwards(const std::vector<std::string>& argv) {
  const std::vector<std::string_view> words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
  const auto no_long_one = [](std::string_view) { return false; };
  std::vector<forward_spec> all;
  for (const auto& each : scan_ssh_argv(words, any_version, no_long_one).options) {
    if (each.letter != 'L' && each.letter != 'D') continue;
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
  if (!lock_directory.empty()) {
    const auto file = lock_directory + "/.forwards";
    file_ = io::unique_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  }
  claim(asked_for);
}

void session_forwards::claim(const std::vector<forward_spec>& asked_for) {
  const forwards_turn mine(file_.get());
  const listeners_of_master there(path_);
  for (const auto& each : asked_for) {
    const auto byte = byte_of_forward(path_, each);
    if (there.has(each) && !others_have(file_.get(), byte)) continue;
    set_byte(file_.get(), F_RDLCK, byte);
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

// The last one of those that share it.
void session_forwards::cancel() const {
  if (ours_.empty()) return;
  const forwards_turn mine(file_.get());
  for (const auto& each : ours_) {
    const auto byte = byte_of_forward(path_, each);
    const bool is_last = !file_ || set_byte(file_.get(), F_WRLCK, byte);
    if (is_last) end_forward(path_, each);
    if (file_) set_byte(file_.get(), F_UNLCK, byte);
  }
}

}  // namespace shim::app
