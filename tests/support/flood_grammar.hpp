// Floods, at random: many lines of text, colour and controls that leave nothing behind, so that
// nearly all of them may be left out; now and then what may not. And how a screen that was not
// given all of them is compared with one that was.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <tests/support/repaint_model.hpp>
#include <tests/support/screen_grammar.hpp>
#include <tests/support/screen_model.hpp>
#include <vt/screen/skip.hpp>

namespace test {

// In a pattern: `^` a number up to 300, `$` up to 99 letters.
inline constexpr std::string_view flood_texts[] = {
    "make",
    "all of it",
    "0123456789",
    "$",
    "\t",
    "\b\b",
    "\r",
    "\a",
    "\v",
    "\f",
    "\x05\x18\x1a\x7f",
    "\u4e16\u754c",
    "e\u0301\u0323",
    "\u0301",
    "\U0001f600\u200d",
    "\u00e9\u2500",
    "\xff\x9b\x80",
    "\xe4\xb8",
    "\xed\xa0\x80\xc2",
};

inline constexpr std::string_view flood_colors[] = {
    "\x1b[m",
    "\x1b[0m",
    "\x1b[0;7m",
    "\x1b[01;3^m",
    "\x1b[^m",
    "\x1b[^m",
    "\x1b[39m",
    "\x1b[44m",
    "\x1b[49m",
    "\x1b[38;5;^m",
    "\x1b[48;2;^;^;^m",
    "\x1b[38:2::^:^:^;1m",
    "\x1b[1;2;3;4;5;6;7;8;9;53;31m",
    "\x1b[4:3m",
    "\x1b[K",
    "\x1b[44m\x1b[K",
    "\x1b[0K",
    "\x1b[1K",
    "\x1b[2K",
};

// What ends a stretch that may be left out.
inline constexpr std::string_view flood_ends[] = {
    "\x0e",          "\x0f",    "\033N",     "\x1b[>4;1m",     "\x1b[3\n1m",       "\xc2\x9b^m",
    "\x1b[^",        "\x1b[?K", "\x1b[1;1H", "\x1b]2;$\r\n\a", "\x1b]8;;http:^\a", "\x1b]8;;\a",
    "\x1b[2;3r\n\n", "\x1b[4h", "\033(0",    "\x1b[1m\x1b[3b"};

class flood_grammar {
 public:
  template <class Random>
  std::string operator()(Random& random, std::size_t lines) const {
    const auto colored = any(random, 2) != 0;
    const auto most = any(random, 4) == 0 ? std::size_t{0} : std::size_t{3};
    const auto bare = any(random, 8) == 0 ? std::size_t{1} : std::size_t{8};
    std::string all;
    while (lines-- > 0) {
      for (auto pieces = any(random, most + 1); pieces > 0; --pieces) {
        if (colored && any(random, 2) == 0) all += filled(one_of(flood_colors, random), random);
        all += filled(one_of(flood_texts, random), random);
      }
      if (any(random, 400) == 0) all += filled(one_of(flood_ends, random), random);
      all += any(random, bare) == 0 ? "\n" : "\r\n";
    }
    return all;
  }

 private:
  template <class Random>
  static std::size_t any(Random& random, std::size_t count) {
    return static_cast<unsigned>(random()) % count;
  }

  template <class Random, std::size_t Size>
  static std::string_view one_of(const std::string_view (&rows)[Size], Random& random) {
    return rows[any(random, Size)];
  }

  template <class Random>
  static std::string filled(std::string_view pattern, Random& random) {
    std::string text;
    for (const char c : pattern) {
      switch (c) {
        case '^': text += std::to_string(any(random, 301)); break;
        case '$': text.append(any(random, 100), 'x'); break;
        default: text += c;
      }
    }
    return text;
  }
};

// Nothing: nobody can tell them apart, now or later.
inline std::string traces(const kept_screen& fed, const kept_screen& skipped) {
  const auto& a = fed.screen;
  const auto& b = skipped.screen;
  if (auto found = difference(fed, skipped); !found.empty()) return found;
  if (a.position() != b.position()) return "position";
  if (!(a.journal().state() == b.journal().state())) return "what is on";
  if (dump(a) != dump(b)) return dump(a) + "\n" + dump(b);
  const auto& rows = fed.history.rows();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!(rows[i] == skipped.history.rows()[i])) return "history " + std::to_string(i);
  return {};
}

// A screen that is fed, and one that may skip, in steps of which each is given what has come by
// then.
struct flooded {
  flooded(int rows, int columns, vt::scrollback_limits limits)
      : fed(rows, columns, limits),
        skipped(rows, columns, limits),
        skipper(skipped.screen, skipped.history.rows().max_size()) {}

  void feed(std::string_view bytes) {
    fed.screen.feed(bytes);
    skipped.screen.feed(bytes);
  }

  // What was traced at a step after which the screen is settled; it is looked for now and then.
  template <class Random>
  std::string flood(std::string_view backlog, Random& random) {
    std::size_t come = 0;
    for (std::size_t taken = 0; taken < backlog.size();) {
      come = std::min(std::max(come, taken) + random() % backlog.size() + 1, backlog.size());
      const auto most = random() % 2 == 0 ? backlog.size() : random() % 2000 + 1;
      const auto size = skipper.step(backlog.substr(taken, come - taken), most);
      fed.screen.feed(backlog.substr(taken, size));
      taken += size;
      if (random() % 16 != 0 || !skipper.settled()) continue;
      if (auto found = traces(); !found.empty()) return found;
    }
    return {};
  }

  std::string traces() const { return test::traces(fed, skipped); }

  kept_screen fed;
  kept_screen skipped;
  vt::skipper skipper;
};

}  // namespace test
