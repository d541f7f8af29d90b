// What hostile output makes a screen and its history keep, counted by malloc itself.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include <malloc.h>

#include <tests/catch.hpp>
#include <vt/screen/history.hpp>
#include <vt/screen/screen.hpp>

namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;
constexpr std::size_t piece = std::size_t{64} * 1024;

std::size_t allocated() {
  const auto all = mallinfo2();
  return all.uordblks + all.hblkhd;
}

// A sanitizer's own malloc says nothing.
bool can_be_counted() {
  const auto before = allocated();
  const auto some = std::make_unique<std::string>(mebibyte, 'x');
  return allocated() - before >= mebibyte;
}

std::string spelled(int n) { return std::to_string(n); }

// U+0300 to U+036F.
std::string mark(int n) {
  n %= 112;
  return {static_cast<char>(n < 64 ? 0xcc : 0xcd), static_cast<char>(0x80 + n % 64)};
}

struct flood {
  const char* name;
  std::size_t kibibytes;  // enough to fill what it fills
  std::string (*make)(int n);
};

const flood floods[] = {
    {"styles", 1536,
     [](int n) {
       return "\x1b[38;2;" + spelled(n / 65536) + ';' + spelled(n / 256 % 256) + ';' +
              spelled(n % 256) + "mx";
     }},
    {"clusters", 4608,
     [](int n) {
       std::string all = "x";
       for (int i = 0; i < 31; ++i, n /= 3) all += mark(n % 97 + i);
       return all;
     }},
    {"short_clusters", 512,
     [](int n) { return 'x' + mark(n) + mark(n / 112) + mark(n / 112 / 112); }},
    {"marks", 256, [](int n) { return mark(n); }},
    {"links", 256, [](int n) { return "\x1b]8;;h:" + spelled(n) + "\x1b\\x"; }},
    {"long_links", 1280,
     [](int n) { return "\x1b]8;;h:" + spelled(n) + std::string(4000, 'l') + "\x1b\\x\n"; }},
    {"titles", 256,
     [](int n) { return "\x1b]0;" + spelled(n) + std::string(4080, 't') + "\x07\x1b[22t"; }},
    {"colors", 128,
     [](int n) {
       return "\x1b]4;" + spelled(n % 300) + ';' + std::string(60, 'f') + "\x07\x1b]" +
              spelled(10 + n % 10) + ';' + std::string(60, 'f') + "\x07";
     }},
    {"directories", 128,
     [](int n) { return "\x1b]7;" + spelled(n) + std::string(4090, 'd') + "\x07"; }},
    {"a_string_without_end", 256,
     [](int n) { return n == 0 ? std::string("\x1b]52;") : std::string(100, 'p'); }},
    {"rows_of_text", 2048, [](int) { return std::string(100, 'x'); }},
    {"rows_of_colour", 1024,
     [](int n) { return "\x1b[38;2;1;" + spelled(n / 256 % 256) + ';' + spelled(n % 256) + "mx"; }},
    {"wide_characters", 512, [](int) { return std::string("\u4e16\u754c"); }},
    {"empty_rows", 128, [](int) { return std::string("\n"); }},
    {"modes", 128, [](int n) { return "\x1b[?" + spelled(n % 60000) + "h\x1b[>1u\x1b[22t"; }},
    {"screens", 128, [](int n) { return "\x1b[?1049h\0337" + mark(n) + "x\x1b[?1049l\0337"; }},
};

// As screen.hpp and scrollback.hpp have it.
std::size_t budget(int rows, int columns) {
  const auto cells = 16 * static_cast<std::size_t>(rows * columns);
  return cells + 17 * mebibyte + vt::scrollback_limits{}.bytes + piece;
}

class watched {
 public:
  watched(int rows, int columns) : shown_(rows, columns, &kept_) {}

  void feed(const flood& kind) {
    for (std::size_t fed = 0; fed < kind.kibibytes * 1024; fed += bytes_.size()) {
      bytes_.clear();
      while (bytes_.size() < piece) bytes_ += kind.make(made_++);
      shown_.feed(bytes_);
      most_ = std::max(most_, allocated() - before_);
    }
  }

  std::size_t most() const { return most_; }

 private:
  std::string bytes_ = std::string(2 * piece, ' ');  // not counted
  std::size_t before_ = allocated();
  vt::history kept_;
  vt::screen shown_;
  int made_ = 0;
  std::size_t most_ = 0;
};

}  // namespace

TEST_CASE("no flood of output makes a screen keep more than it says") {
  if (!can_be_counted()) SHIM_SKIP("this malloc does not tell what it gave");
  for (const auto& kind : floods) {
    watched screen(50, 200);
    screen.feed(kind);
    INFO(kind.name);
    CHECK(screen.most() < budget(50, 200));
  }
}

TEST_CASE("nor do all of them on the greatest screen") {
  if (!can_be_counted()) SHIM_SKIP("this malloc does not tell what it gave");
  watched screen(128, 2048);
  for (const auto& kind : floods) screen.feed(kind);
  CHECK(screen.most() < budget(128, 2048));
}
