#include <shim/hold/unheld.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <shim/hold/screen_process.hpp>
#include <shim/hold/terminal_care.hpp>
#include <shim/io/child.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/relay_loop.hpp>
#include <shim/io/ring.hpp>

namespace shim::hold {
namespace {

using canvas = relay::canvas;

// The screen process is started when a picture is wanted for the first time. It knows of the output
// what the ring still has and is in no hurry to lose.
class picture_maker {
 public:
  picture_maker(asio::io_context& context, io::ring& output, io::tty& terminal)
      : context_(context), output_(output), terminal_(terminal) {}

  void repaint(io::relay_loop& loop) {
    if (!screen_ && !start(loop)) return;
    screen_->paint(0, 0, [&loop, this](auto made) {
      if (!made) return loop.machine().tell("ssh-shim: there is no picture of the screen\r\n");
      loop.paint(made->bytes, made->position, canvas::used);
    });
  }

  void resized(window_size size) {
    if (screen_) screen_->resize(size, output_.head());
  }

 private:
  bool start(io::relay_loop& loop) {
    std::error_code error;
    screen_settings settings;
    settings.size = terminal_.size();
    screen_.emplace(context_, output_, settings, error);
    if (error) return screen_.reset(), false;
    const auto known = std::min<std::uint64_t>(output_.head(), output_.capacity() / 2);
    screen_->start(output_.head() - known);
    loop.never_overtake({screen_->mark(), screen_->wake_fd()});
    return true;
  }

  asio::io_context& context_;
  io::ring& output_;
  io::tty& terminal_;
  std::optional<screen_process> screen_;
};

}  // namespace

session_end run_unheld(io::tty& terminal, unheld_request request, unheld_error& error) {
  const auto failed = [&error](const char* what) {
    error.what = what;
    return session_end{};
  };
  const io::sigchld_guard sigchld;
  io::ring output(io::ring::default_capacity, error.why);
  if (error.why) return failed("make the output ring");
  auto pty = io::pty::open(terminal.original(), terminal.size(), error.why);
  if (error.why) return failed("open a pty");
  const bool stderr_on_pty = io::same_terminal(STDERR_FILENO, terminal.fd());
  io::child ssh({request.path, request.argv, stderr_on_pty, sigchld.was_ignored()}, pty.slave.get(),
                error.why);
  if (error.why) return error.what = "run " + request.path, session_end{};
  pty.slave.reset();

  asio::io_context context(1);
  std::optional<io::relay_loop> loop;
  picture_maker pictures(context, output, terminal);
  io::relay_calls calls;
  calls.list_sessions = [&] {
    if (request.list_sessions) loop->machine().tell(request.list_sessions());
  };
  std::optional<master_asker> asker;
  calls.ask_master = [&](master_question what) { asker->ask(what, ssh.pid()); };
  calls.repaint = [&] { pictures.repaint(*loop); };
  calls.resized = [&](window_size size) { pictures.resized(size); };
  loop.emplace(context, io::relay_parts{terminal, pty.master.get(), ssh, output},
               std::move(request.relay), std::move(calls));
  asker.emplace(context, *loop, std::move(request.ask_master));
  terminal_care care(terminal, loop->machine());
  loop->catch_signals();
  if ((error.why = terminal.enter_raw())) return failed("set up the terminal");
  session_end end;
  loop->start([&](session_end how) {
    end = how;
    context.stop();
  });
  context.run();
  care.close();
  return end;
}

}  // namespace shim::hold
