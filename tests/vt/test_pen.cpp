#include <vt/stream/pen.hpp>

#include <array>
#include <random>
#include <string>

#include <tests/catch.hpp>
#include <vt/stream/journal.hpp>

namespace {

vt::pen pen_set_by(std::string_view sgr) {
  vt::journal j;
  j.feed(sgr);
  return j.state().text.pen;
}

std::string change(const vt::pen& now, const vt::pen& wanted) {
  std::array<char, 256> bytes;
  vt::sequence_writer out(bytes);
  write_change(out, now, wanted);
  return {bytes.data(), out.size()};
}

std::string change(std::string_view now, std::string_view wanted) {
  return change(pen_set_by(now), pen_set_by(wanted));
}

}  // namespace

TEST_CASE("a change of the pen is written in as few bytes as can be") {
  CHECK(change("\x1b[31m", "\x1b[31m").empty());
  CHECK(change("", "\x1b[1;31;104m") == "\x1b[1;31;104m");
  CHECK(change("\x1b[1;31m", "") == "\x1b[m");
  CHECK(change("\x1b[1;31m", "\x1b[1;32m") == "\x1b[32m");
  CHECK(change("\x1b[1;2m", "\x1b[2m") == "\x1b[22;2m");
  CHECK(change("\x1b[31m", "\x1b[38;5;200m") == "\x1b[38;5;200m");
  CHECK(change("\x1b[4m", "\x1b[4:3m") == "\x1b[4:3m");
  CHECK(change("\x1b[4;31m", "\x1b[31m") == "\x1b[24m");
  CHECK(change("\x1b[1;3;5;7;9;53;31m", "\x1b[31m") == "\x1b[m\x1b[31m");
  CHECK(change("", "\x1b[58;5;9;48;2;1;2;3m") == "\x1b[48;2;1;2;3m\x1b[58:5:9m");
}

TEST_CASE("any pen becomes any other") {
  std::mt19937 random(3);
  const auto any = [&random] {
    std::string sgr;
    for (auto count = random() % 12; count > 0; --count) {
      const auto colour = std::to_string(random() % 256);
      switch (random() % 6) {
        case 0: sgr += "\x1b[38;5;" + colour + "m"; break;
        case 1: sgr += "\x1b[48;2;" + colour + ";1;2m"; break;
        case 2: sgr += "\x1b[58:5:" + colour + ";4:" + std::to_string(random() % 8) + "m"; break;
        default: sgr += "\x1b[" + std::to_string(random() % 110) + "m";
      }
    }
    return sgr;
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto now = any();
    const auto wanted = any();
    const auto written = change(now, wanted);
    CAPTURE(now, wanted, written);
    REQUIRE(pen_set_by(now + written) == pen_set_by(wanted));
    REQUIRE(written.size() <= change({}, wanted).size() + 3);
  }
}
