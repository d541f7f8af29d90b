// The screen process as the program starts it: the same binary, in its sandbox.
#include <signal.h>
#include <sys/stat.h>

#include <random>
#include <string>
#include <vector>

#include <shim/io/pty_reader.hpp>
#include <tests/catch.hpp>
#include <tests/hold/screen_bench.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/screen_grammar.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/text.hpp>

namespace {

using namespace std::chrono_literals;
using test::screen_bench;

std::string lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += "line \x1b[1;3" + std::to_string(i % 8) + "m" + std::to_string(i) + "\x1b[m\r\n";
  return all;
}

bool is_gone(pid_t pid) { return test::executable_of(pid).empty(); }

// The number behind a name in a file of /proc, in its own unit.
long number_in(const std::string& file, const std::string& name) {
  const auto text = test::read_file(file);
  const auto at = text.find(name);
  if (at == std::string::npos) return -1;
  return std::stol(text.substr(text.find_first_of("0123456789", at + name.size())));
}

std::string proc(const screen_bench& b, const char* name) {
  return "/proc/" + std::to_string(b.screen->pid()) + "/" + name;
}

}  // namespace

TEST_CASE("a picture is what the same screen in this process paints, and names its place") {
  screen_bench b;
  b.start();
  test::kept_screen ours(24, 80);
  const std::string pieces[] = {lines(200), "\x1b[?2004h\x1b]2;title\x07$ ", "\x1b[?1049h\x1b[Hvi",
                                "\xe4\xb8", "\x96\x1b[3"};
  for (const auto& bytes : pieces) {
    b.put(bytes);
    ours.screen.feed(bytes);
    const auto made = b.picture();
    REQUIRE(made);
    CHECK(made->bytes == ours.repainted().bytes);
    CHECK(made->position == b.ring.head());
  }
}

TEST_CASE("and so it is for any output, in pieces that wake it or do not") {
  std::mt19937 random(21);
  const test::screen_grammar grammar;
  screen_bench b;
  b.start();
  test::kept_screen ours(24, 80);
  for (int trial = 0; trial < 60; ++trial) {
    const auto bytes = grammar(random, 20);
    b.put(bytes);
    ours.screen.feed(bytes);
    if (random() % 2 == 0) b.screen->wake();
    if (random() % 4 != 0) continue;
    const auto made = b.picture();
    REQUIRE(made);
    REQUIRE(made->bytes == ours.repainted().bytes);
  }
}

TEST_CASE(
    "a flood gives the same picture as if all of it had been read, and so does what follows") {
  screen_bench b;
  b.start();
  test::kept_screen ours(24, 80);
  for (int i = 0; i < 3; ++i) {
    std::string flood;
    for (int line = 0; flood.size() < 1'800'000; ++line)
      flood += "\x1b[3" + std::to_string(line % 8) + "m" + std::to_string(i * 1'000'000 + line) +
               "\x1b[m\r\n";
    b.put(flood);
    ours.screen.feed(flood);
    const auto made = b.picture();
    REQUIRE(made);
    CHECK(made->bytes == ours.repainted().bytes);
    CHECK(made->position == b.ring.head());
  }
}

TEST_CASE("another size holds from its place in the output on") {
  screen_bench b;
  b.start();
  test::kept_screen ours(24, 80);
  b.put(lines(30));
  ours.screen.feed(lines(30));
  b.screen->resize({10, 33, 0, 0}, b.ring.head());
  ours.screen.resize(10, 33);
  b.put(lines(5) + std::string(50, 'x'));
  ours.screen.feed(lines(5) + std::string(50, 'x'));
  const auto made = b.picture();
  REQUIRE(made);
  CHECK(made->bytes == ours.repainted().bytes);
}

TEST_CASE("a picture has as much history as was asked for") {
  screen_bench b({.history_rows = 50});
  b.start();
  vt::history history({.rows = 50});
  vt::screen ours(24, 80, &history);
  b.put(lines(100));
  ours.feed(lines(100));
  for (const std::uint32_t rows : {0u, 10u, 50u, 100u}) {
    CAPTURE(rows);
    CHECK(b.picture(rows)->bytes == vt::repaint(ours, &history.rows(), rows).bytes);
  }
  CHECK(b.picture(10)->bytes.size() < b.picture(50)->bytes.size());
}

TEST_CASE("of the history only the rows that a terminal has not seen are painted") {
  screen_bench b;
  vt::history history;
  vt::screen ours(24, 80, &history);
  b.start();
  b.put(lines(100));
  ours.feed(lines(100));
  std::optional<shim::hold::screen_process::description> told;
  const auto describe = [&] {
    told.reset();
    b.screen->describe([&](auto answer) { told = answer.value(); });
    b.run_until([&] { return told.has_value(); });
  };
  describe();
  CHECK(told->seen_rows == 100);  // the cursor is in the row below them
  b.put(lines(10));
  ours.feed(lines(10));
  CHECK(b.picture(b.screen->all_history, 80)->bytes == vt::repaint(ours, &history.rows(), 7).bytes);
  CHECK(b.picture(3, 80)->bytes == vt::repaint(ours, &history.rows(), 3).bytes);
  CHECK(b.picture(b.screen->all_history, 100)->bytes == vt::repaint(ours, nullptr).bytes);
  b.put("\x1b[?1049h\x1b[5;1H\x1b]2;vi\x07\x1b]7;file://far/home\x1b\\");
  describe();
  CHECK(told->seen_rows == 87);
  CHECK(told->title == "vi");
  CHECK(told->directory == "file://far/home");
}

TEST_CASE("it tells what the screen knew of a query when that came, and of no other") {
  screen_bench b;
  b.start();
  b.put("abc\x1b[6n");
  const vt::placed_query first{{vt::query_kind::cursor}, b.ring.head()};
  b.put("\r\n\n\x1b[?2004h\x1b[?2004$p");
  const vt::placed_query second{{vt::query_kind::dec_mode, 2004}, b.ring.head()};
  std::vector<std::optional<vt::answer_numbers>> answers;
  const auto ask = [&](const vt::placed_query& met) {
    b.screen->ask(met, [&](auto numbers) { answers.push_back(numbers); });
  };
  ask(first);
  ask(second);
  ask({{vt::query_kind::cursor}, first.end + 1});
  ask({{vt::query_kind::status}, first.end});
  b.run_until([&] { return answers.size() == 4; });
  CHECK(answers[0] == vt::answer_numbers{1, 4});
  CHECK(answers[1] == vt::answer_numbers{1});
  CHECK_FALSE(answers[2]);
  CHECK_FALSE(answers[3]);
}

TEST_CASE("pictures that are asked for at once come in order, large ones too") {
  screen_bench b;
  b.start();
  b.put(lines(9'000));
  std::vector<std::size_t> sizes;
  for (const std::uint32_t rows : {1u, 9'000u, 2u, 9'000u})
    b.screen->paint(rows, 0, [&](auto made) { sizes.push_back(made.value().bytes.size()); });
  b.run_until([&] { return sizes.size() == 4; });
  CHECK(sizes[0] < sizes[2]);
  CHECK(sizes[1] == sizes[3]);
  CHECK(sizes[1] > 2 * shim::max_screen_frame);
}

TEST_CASE("one that was woken reads on without being asked, and shows how far it has come") {
  screen_bench b;
  CHECK(b.screen->mark().position() == shim::io::screen_mark::nobody);
  b.start();
  b.put(lines(500));
  b.screen->wake();
  b.run_until([&] { return b.screen->mark().position() == b.ring.head(); });
}

TEST_CASE("it is not there before it is needed, and nobody overtakes it") {
  screen_bench b({}, std::size_t{64} * 1024);
  b.put("before");
  b.start();
  const auto began = b.ring.head();
  const shim::io::screen_gate gate(b.screen->mark(), b.screen->wake_fd());
  CHECK(b.screen->pid() == -1);
  CHECK(b.screen->mark().position() == began);
  SECTION("as there is much to read") {
    b.put(std::string(std::size_t{33} * 1024, 'x'));
    gate.wake_if_far_behind(b.ring);
  }
  SECTION("as it is asked") {
    b.screen->describe([](const auto&) {});
  }
  SECTION("as there is another size") {
    b.put("x");
    b.screen->resize({30, 90, 0, 0}, b.ring.head());
  }
  b.run_until([&] { return b.screen->pid() > 0; });
  CHECK(b.picture());
}

TEST_CASE("one that is killed has a follower at once, which begins where it did") {
  screen_bench b;
  std::vector<std::uint64_t> restarts;
  b.screen->on_restart([&](std::uint64_t from) { restarts.push_back(from); });
  b.put("before it began");
  b.start();
  const auto began = b.ring.head();
  b.put(lines(30));
  const auto before = b.picture();
  REQUIRE(before);
  const auto kill = [&] {
    const auto pid = b.screen->pid();
    test::send_signal(pid, SIGKILL);
    b.run_until([&] { return b.screen->pid() != pid; });
  };
  kill();
  CHECK(restarts == std::vector{began});
  const auto same = b.picture();
  REQUIRE(same);
  CHECK(same->bytes == before->bytes);
  CHECK(same->position == b.ring.head());

  // The same output may have killed both.
  kill();
  CHECK(restarts == std::vector{began, b.ring.head()});
  test::kept_screen ours(24, 80);
  b.put("drawn again");
  ours.screen.feed("drawn again");
  const auto made = b.picture();
  REQUIRE(made);
  CHECK(made->bytes == ours.repainted().bytes);
  CHECK(made->position == b.ring.head());
}

TEST_CASE("where half of the ring is full the follower begins with what comes then") {
  screen_bench b({}, std::size_t{64} * 1024);
  std::vector<std::uint64_t> restarts;
  b.screen->on_restart([&](std::uint64_t from) { restarts.push_back(from); });
  b.start();
  b.put(std::string(std::size_t{32} * 1024, 'x'));
  REQUIRE(b.picture());
  test::send_signal(b.screen->pid(), SIGKILL);
  b.run_until([&] { return !restarts.empty(); });
  CHECK(restarts == std::vector{b.ring.head()});
}

TEST_CASE("one that hangs over a picture is killed, and who waits is told") {
  screen_bench b({.patience = 3s});
  b.start();
  REQUIRE(b.picture());
  const auto first = b.screen->pid();
  test::send_signal(first, SIGSTOP);
  CHECK_FALSE(b.picture());
  CHECK(is_gone(first));
  CHECK(b.picture());
}

TEST_CASE("one that dies again and again is not started for ever") {
  screen_bench b;
  b.start();
  REQUIRE(b.picture());
  for (std::size_t i = 0; i < shim::screen_watch::most_starts; ++i) {
    const auto pid = b.screen->pid();
    REQUIRE(pid > 0);
    test::send_signal(pid, SIGKILL);
    b.run_until([&] { return b.screen->pid() != pid; });
  }
  CHECK(b.screen->pid() == -1);
  CHECK(b.screen->mark().position() == shim::io::screen_mark::nobody);
  CHECK_FALSE(b.picture());
}

TEST_CASE("one that was overtaken by the output begins anew") {
  screen_bench b({}, std::size_t{256} * 1024);
  std::vector<std::uint64_t> restarts;
  b.screen->on_restart([&](std::uint64_t from) { restarts.push_back(from); });
  b.start();
  REQUIRE(b.picture());
  b.put(std::string(std::size_t{300} * 1024, 'x'));
  b.screen->wake();
  b.run_until([&] { return !restarts.empty(); });
  CHECK(restarts == std::vector<std::uint64_t>{b.ring.head()});
  CHECK(b.picture());
}

TEST_CASE("it ends with who has started it") {
  pid_t pid = -1;
  {
    screen_bench b;
    b.start();
    REQUIRE(b.picture());
    pid = b.screen->pid();
  }
  CHECK(is_gone(pid));
}

TEST_CASE("it has nothing open, is its own leader, and has given up what it does not need") {
  screen_bench b;
  b.start();
  REQUIRE(b.picture());
  const auto pid = b.screen->pid();
  auto fds = test::open_fds_of(pid);
  std::ranges::sort(fds);
  CHECK(fds == std::vector<int>{0, 1, 2, 3, 4, 5, 6});
  CHECK(test::read_file(proc(b, "environ")).empty());
  CHECK(number_in(proc(b, "status"), "NoNewPrivs:") == 1);
  for (const auto& line : test::split(test::read_file(proc(b, "maps")), '\n'))
    if (line.find("ssh-shim ring") != std::string::npos)
      CHECK(line.find(" r--s ") != std::string::npos);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(number_in(proc(b, "status"), "Seccomp:") == 2);
  const auto mebibyte = 1024 * 1024;
  CHECK(number_in(proc(b, "limits"), "Max address space") < 300 * mebibyte);
#endif
}

TEST_CASE("what is no screen process, or talks nonsense, gives no pictures and does no harm") {
  const test::temp_dir dir;
  const auto script = [&](const std::string& name, const std::string& line) {
    test::write_file(dir / name, "#!/bin/sh\n" + line + "\n");
    ::chmod((dir / name).c_str(), 0700);
    return dir / name;
  };
  for (const auto& program :
       {dir / "missing", script("ends", "exit 0"), script("floods", "exec yes >&3"),
        script("zeros", "exec cat /dev/zero >&3"),
        // A picture nobody asked for, and one that is larger than any.
        script("paints",
               "printf '\\0\\0\\0\\030\\0\\0\\0\\146\\0\\0\\0\\7"
               "\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\1' >&3; exec cat <&3"),
        script("boasts",
               "printf '\\0\\0\\0\\030\\0\\0\\0\\146\\0\\0\\0\\1"
               "\\0\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1' >&3; exec cat <&3")}) {
    CAPTURE(program);
    screen_bench b({.program = program});
    b.start();
    CHECK_FALSE(b.picture());
  }
}
