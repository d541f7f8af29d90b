// Which of the pieces that a terminal sends are escapes, and what the far end gets: the model that
// shim::escape_filter is held against where there are sequences in what is typed. Naive on purpose;
// it sees all of it at once.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/keys_model.hpp>

namespace test {

struct typing_model {
  unsigned char escape;
  std::string commands;  // keys that act
  std::string own;       // keys that act, but only if they are not the escape character
  bool releases;         // the terminal tells of them

  std::string sent = "";
  std::string acted = "";

  bool line = true;
  std::vector<input> withheld = {};  // the escape character and what waits behind it
  std::vector<char32_t> awaited = {};
  int patience = 0;

  void type(std::string_view whole) {
    for (const auto& piece : pieces_of(whole, false)) {
      const bool is_text = piece.kind == input_kind::text;
      for (std::size_t at = 0; is_text && at < piece.bytes.size(); ++at)
        press({input_kind::key, piece.bytes.substr(at, 1), piece.bytes[at],
               on_us_unshifted(piece.bytes[at])},
              true);
      if (!is_text) take(piece);
    }
  }

  void take(const input& piece) {
    const bool whole = piece.bytes.starts_with('\x1b');
    switch (piece.kind) {
      case input_kind::report: sent += piece.bytes; return;
      case input_kind::key: return press(piece, whole);
      case input_kind::release:
      case input_kind::modifier: return aside(piece, whole);
      default:
        give_up();
        sent += piece.bytes;
        line = false;
    }
  }

  void press(const input& key, bool whole) {
    const bool is_escape = static_cast<unsigned char>(key.byte) == escape;
    if (!withheld.empty() && whole) {
      const bool acts = commands.find(key.byte) != commands.npos ||
                        (!is_escape && own.find(key.byte) != own.npos);
      if (acts || is_escape) swallow_escape();
      if (acts) {
        acted += key.byte;
        pressed(key.code);
        await(key.code);
        line = true;
        return;
      }
    } else if (line && is_escape && whole) {
      pressed(key.code);
      withheld = {key};
      return;
    }
    give_up();
    pressed(key.code);
    sent += key.bytes;
    line = key.byte == '\r' || key.byte == '\n';
  }

  void aside(const input& piece, bool whole) {
    if (piece.kind == input_kind::release) {
      const bool swallowed = std::erase(awaited, piece.code) > 0;
      if (swallowed && whole) return;
    }
    std::size_t waiting = piece.bytes.size();
    for (const auto& held : withheld) waiting += held.bytes.size();
    if (!withheld.empty() && whole && waiting - withheld[0].bytes.size() <= 128) {
      withheld.push_back(piece);
      return;
    }
    give_up();
    sent += piece.bytes;
  }

  // It was no escape.
  void give_up() {
    if (!withheld.empty()) line = false;
    for (const auto& piece : withheld) sent += piece.bytes;
    withheld.clear();
  }

  void swallow_escape() {
    bool own_release = false;
    for (const auto& piece : withheld) {
      if (&piece == withheld.data()) continue;
      const bool is_own = piece.kind == input_kind::release && piece.code != 0 &&
                          piece.code == withheld[0].code && !own_release;
      own_release |= is_own;
      if (!is_own) sent += piece.bytes;
    }
    if (!own_release) await(withheld[0].code);
    withheld.clear();
  }

  void await(char32_t code) {
    if (!releases || code == 0) return;
    if (awaited.size() == 4) awaited.erase(awaited.begin());
    awaited.push_back(code);
    patience = 8;
  }

  void pressed(char32_t code) {
    if (awaited.empty()) return;
    std::erase(awaited, code);
    if (--patience == 0) awaited.clear();
  }
};

}  // namespace test
