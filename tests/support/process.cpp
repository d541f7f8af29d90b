#include <tests/support/process.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <csignal>
#include <ostream>

#include <tests/support/text.hpp>

namespace test {
namespace {

struct pipe_ends {
  owned_fd read;
  owned_fd write;
};

pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw failure(cannot("make a pipe"));
  return {owned_fd(ends[0]), owned_fd(ends[1])};
}

void do_not_block(const owned_fd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

// False once there is nothing more to come.
bool read_some(const owned_fd& from, std::string& to) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    to.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const finished& end) {
  return out << end.status << ", stdout \"" << escaped_tail(end.out) << "\", stderr \""
             << escaped_tail(end.err) << '"';
}

process::process(std::vector<std::string> argv, const run_options& options)
    : argv_(std::move(argv)) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is no end of the test
  const owned_fd in = take_stdin(options.in);
  const owned_fd out = take_output(options.out, out_);
  const owned_fd err = take_output(options.err, err_);
  pid_ = spawn({argv_, options, in.get(), out.get(), err.get()});
  pidfd_ = open_pidfd(pid_);
}

process::~process() {
  if (reaped_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

owned_fd process::take_stdin(const stream& where) {
  if (where.where != stream::to::pipe) return open_stream(where);
  pipe_ends ends = make_pipe();
  do_not_block(ends.write);
  stdin_ = std::move(ends.write);
  input_ends_ = false;
  return std::move(ends.read);
}

owned_fd process::take_output(const stream& where, captured& to) {
  if (where.where != stream::to::pipe && where.where != stream::to::standard)
    return open_stream(where);
  pipe_ends ends = make_pipe();
  do_not_block(ends.read);
  to.from = std::move(ends.read);
  return std::move(ends.write);
}

void process::end_input() {
  input_ends_ = true;
  if (input_.empty()) stdin_.reset();
}

void process::expect_out(std::string_view text, milliseconds within) {
  pump([&] { return out_.text.find(text) != std::string::npos; }, text, within);
}

void process::expect_err(std::string_view text, milliseconds within) {
  pump([&] { return err_.text.find(text) != std::string::npos; }, text, within);
}

const finished& process::wait(milliseconds within) {
  pump([&] { return reaped_; }, "its end", within);
  end_.out = out_.text;
  end_.err = err_.text;
  return end_;
}

void process::pump(const std::function<bool()>& until, std::string_view what, milliseconds within) {
  const deadline end(within);
  while (!until()) {
    if (reaped_ || end.passed()) {
      throw failure(quoted(argv_) + (reaped_ ? " ended" : " did not give in time") + ": \"" +
                    escaped(what) + "\"" + seen());
    }
    pump_once(end.left());
  }
}

void process::pump_once(int timeout) {
  std::array<pollfd, 4> fds{{{.fd = pidfd_.get(), .events = POLLIN, .revents = 0},
                             {.fd = out_.from.get(), .events = POLLIN, .revents = 0},
                             {.fd = err_.from.get(), .events = POLLIN, .revents = 0},
                             {.fd = stdin_.get(), .events = POLLOUT, .revents = 0}}};
  if (input_.empty() && !input_ends_) fds[3].fd = -1;
  ::poll(fds.data(), fds.size(), timeout);
  if (fds[1].revents != 0 && !read_some(out_.from, out_.text)) out_.from.reset();
  if (fds[2].revents != 0 && !read_some(err_.from, err_.text)) err_.from.reset();
  if (fds[3].revents != 0) send_input();
  if (fds[0].revents != 0) reap();
}

void process::send_input() {
  const ssize_t sent = ::write(stdin_.get(), input_.data(), input_.size());
  const bool gone = sent < 0 && errno == EPIPE;
  if (gone) input_.clear();
  if (sent > 0) input_.erase(0, static_cast<std::size_t>(sent));
  if (gone || (input_.empty() && input_ends_)) stdin_.reset();
}

// What it wrote before it ended is in the pipes by now.
void process::reap() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
  reaped_ = true;
  end_.status = status_of(status);
  if (out_.from) read_some(out_.from, out_.text);
  if (err_.from) read_some(err_.from, err_.text);
}

std::string process::seen() const {
  return "; stdout so far \"" + escaped_tail(out_.text) + "\", stderr \"" +
         escaped_tail(err_.text) + "\"";
}

finished run(std::vector<std::string> argv, const run_options& options, std::string_view input) {
  run_options with_input = options;
  if (!input.empty()) with_input.in = stream::piped();
  process program(std::move(argv), with_input);
  program.feed(input);
  program.end_input();
  return program.wait();
}

std::string run_well(std::vector<std::string> argv, const run_options& options) {
  const std::string what = quoted(argv);
  finished end = run(std::move(argv), options);
  if (end.status == exited(0)) return end.out;
  throw failure(what + ": exit status " + std::to_string(end.status.exited) + ", stderr \"" +
                escaped_tail(end.err) + "\"");
}

}  // namespace test
