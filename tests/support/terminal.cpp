#include <tests/support/terminal.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>

#include <tests/support/text.hpp>

namespace test {
namespace {

winsize as_winsize(const terminal_size& size) {
  return {.ws_row = size.rows,
          .ws_col = size.columns,
          .ws_xpixel = size.x_pixels,
          .ws_ypixel = size.y_pixels};
}

// Empty: it leads to the terminal.
owned_fd elsewhere(const stream& where) {
  if (where.where == stream::to::standard) return {};
  if (where.where == stream::to::pipe) throw failure("a terminal has no pipes to read");
  return open_stream(where);
}

}  // namespace

terminal::terminal(const terminal_size& size) {
  int master = -1;
  int slave = -1;
  winsize window = as_winsize(size);
  if (::openpty(&master, &slave, nullptr, nullptr, &window) < 0)
    throw failure(cannot("make a pty"));
  master_ = owned_fd(master);
  slave_ = owned_fd(slave);
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  ::fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  std::array<char, 64> name{};
  if (::ttyname_r(slave, name.data(), name.size()) == 0) name_ = name.data();
}

terminal::~terminal() {
  if (pid_ < 0 || end_) return;
  const pid_t front = foreground();
  if (front > 1) ::kill(-front, SIGKILL);
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void terminal::start(const std::vector<std::string>& argv, const run_options& options) {
  const owned_fd in = elsewhere(options.in);
  const owned_fd out = elsewhere(options.out);
  const owned_fd err = elsewhere(options.err);
  const auto leads_to = [this](const owned_fd& fd) { return fd ? fd.get() : slave_.get(); };
  pid_ = spawn({argv, options, leads_to(in), leads_to(out), leads_to(err), slave_.get()});
  pidfd_ = open_pidfd(pid_);
  what_runs_ = quoted(argv);
}

void terminal::start_shell(const run_options& options) {
  run_options with_prompt = options;
  with_prompt.env["PS1"] = std::string(prompt);
  with_prompt.env["HISTFILE"] = std::nullopt;
  start({"bash", "--norc", "--noprofile", "--noediting", "-i"}, with_prompt);
  expect(prompt);
}

std::string terminal::run_line(std::string_view line, milliseconds within) {
  type(std::string(line) + "\r");
  expect("\r\n", within);  // the line's own echo
  std::string between = expect(prompt, within);
  between.resize(between.size() - prompt.size());
  return between;
}

void terminal::type(std::string_view bytes) {
  const auto send = [&] {
    const ssize_t sent = ::write(master_.get(), bytes.data(), bytes.size());
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    return bytes.empty();
  };
  const deadline end(patience);
  while (!send()) {
    if (end.passed()) throw failure(what_runs_ + " does not take what is typed");
    turn(end.left(), POLLOUT);
  }
}

std::string terminal::expect(std::string_view text, milliseconds within) {
  const finder find = [&](std::string_view output) -> std::optional<std::size_t> {
    const std::size_t at = output.find(text);
    if (at == std::string_view::npos) return std::nullopt;
    return at + text.size();
  };
  return expect(find, escaped(text), within);
}

std::string terminal::expect(const finder& is_there, std::string_view what, milliseconds within) {
  std::optional<std::size_t> found;
  wait_for([&] { return (found = is_there(unexpected())).has_value(); }, what, within);
  std::string taken = output_.substr(expected_, *found);
  expected_ += *found;
  return taken;
}

const std::string& terminal::output() {
  if (reading_) read_master();
  return output_;
}

std::string_view terminal::unexpected() { return std::string_view(output()).substr(expected_); }

void terminal::resize(const terminal_size& size) {
  const winsize window = as_winsize(size);
  if (::ioctl(master_.get(), TIOCSWINSZ, &window) < 0) throw failure(cannot("resize a pty"));
}

termios terminal::modes() const {
  termios now{};
  if (::tcgetattr(slave_.get(), &now) < 0) throw failure(cannot("read the terminal's modes"));
  return now;
}

void terminal::expect_modes(const std::function<bool(const termios&)>& right, std::string_view what,
                            milliseconds within) {
  const deadline end(within);
  while (!right(modes())) {
    if (end.passed()) {
      throw failure("the terminal's modes did not become " + std::string(what) + "; output \"" +
                    escaped_tail(output()) + "\"");
    }
    turn(1, 0);  // no event tells of tcsetattr(3)
  }
}

pid_t terminal::foreground() const { return master_ ? ::tcgetpgrp(master_.get()) : -1; }

void terminal::hang_up() {
  output();
  master_.reset();
}

bool terminal::ended() {
  reap();
  return end_.has_value();
}

end_status terminal::wait_exit(milliseconds within) {
  wait_for([&] { return ended(); }, "its end", within);
  output();
  return *end_;
}

void terminal::wait_for(const std::function<bool()>& until, std::string_view what,
                        milliseconds within) {
  const deadline end(within);
  while (!until()) {
    if (end_ || end.passed()) {
      throw failure(what_runs_ + (end_ ? " ended" : " did not give in time") + ": \"" +
                    std::string(what) + "\"; after what was expected before came \"" +
                    escaped_tail(unexpected()) + "\"");
    }
    turn(end.left(), 0);
    reap();
  }
}

void terminal::turn(int timeout, short master_events) {
  const short reading = reading_ ? POLLIN : 0;
  const short wanted = static_cast<short>(reading | master_events);
  std::array<pollfd, 2> fds{
      {{.fd = end_ ? -1 : pidfd_.get(), .events = POLLIN, .revents = 0},
       {.fd = wanted == 0 ? -1 : master_.get(), .events = wanted, .revents = 0}}};
  ::poll(fds.data(), fds.size(), timeout);
  if (reading_) read_master();
}

void terminal::read_master() {
  std::array<char, 65536> buffer;
  while (master_) {
    const ssize_t got = ::read(master_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    output_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void terminal::reap() {
  int status = 0;
  if (end_ || pid_ < 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return;
  end_ = status_of(status);
}

bool is_raw(const termios& modes) {
  return (modes.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG)) == 0;
}

bool same_modes(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag && std::equal(std::begin(a.c_cc), std::end(a.c_cc), b.c_cc);
}

}  // namespace test
