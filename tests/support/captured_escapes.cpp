#include <tests/support/captured_escapes.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include <shim/core/escape_filter.hpp>
#include <tests/catch.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

// The bits of kitty's flags with which the Esc key is no lone ESC (kitty keyboard protocol:
// disambiguate, all keys as escape codes).
constexpr unsigned esc_is_encoded = 1 | 8;

struct outcome {
  std::string sent;
  std::string acted;
};

unsigned kitty_flags(const captured_mode& typed) {
  return typed.terminal.starts_with("kitty") ? static_cast<unsigned>(std::stoul(typed.mode)) : 0;
}

class typist {
 public:
  typist(const captured_mode& mode, const shim::input_modes& modes)
      : filter_(shim::escape_char('~'), keys_) {
    filter_.keyboard(modes);
    read(mode.bytes("a"));  // no longer at the start of the session
    all_ = {};
  }

  void read(std::string_view bytes) {
    while (const auto event = filter_.next(bytes)) {
      if (const auto* text = std::get_if<shim::forward>(&*event)) {
        all_.sent += text->bytes;
      } else {
        all_.acted += std::get<shim::command>(*event).what->key;
      }
    }
  }

  const outcome& all() const { return all_; }

 private:
  shim::escape_keys keys_;
  shim::escape_filter filter_;
  outcome all_;
};

class checker {
 public:
  explicit checker(const captured_mode& mode) : mode_(mode) {
    modes_.kitty_flags = kitty_flags(mode);
  }

  void utf8_mouse(bool on) { modes_.utf8_mouse = on; }

  // However it is cut, exactly these keys act.
  void acts(const std::string& typed, std::string_view commands) {
    INFO(mode_.terminal << ", mode " << mode_.mode << ": " << escaped(typed));
    CHECK(in_pieces(typed, {}).acted == commands);
    const auto bad_cut = first_bad_cut(typed, commands);
    CHECK(bad_cut == typed.size());
    CHECK(bytewise(typed).acted == commands);
  }

  // Nothing acts, and all is sent as it came.
  void is_text(const std::string& typed) {
    acts(typed, "");
    INFO(mode_.terminal << ", mode " << mode_.mode << ": " << escaped(typed));
    CHECK(escaped(in_pieces(typed, {}).sent) == escaped(typed));
    CHECK(escaped(bytewise(typed).sent) == escaped(typed));
  }

 private:
  std::size_t first_bad_cut(const std::string& typed, std::string_view commands) const {
    for (std::size_t cut = 1; cut < typed.size(); ++cut)
      if (may_be_cut(typed, cut) && in_pieces(typed, {cut}).acted != commands) return cut;
    return typed.size();
  }

  // Where the Esc key is a lone ESC, one that ends a read is that key.
  bool may_be_cut(const std::string& typed, std::size_t cut) const {
    return (modes_.kitty_flags & esc_is_encoded) != 0 || typed[cut - 1] != '\x1b';
  }

  outcome in_pieces(std::string_view typed, const std::vector<std::size_t>& cuts) const {
    typist user(mode_, modes_);
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
      user.read(typed.substr(from, cut - from));
      from = cut;
    }
    user.read(typed.substr(from));
    return user.all();
  }

  outcome bytewise(const std::string& typed) const {
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 1; cut < typed.size(); ++cut)
      if (may_be_cut(typed, cut)) cuts.push_back(cut);
    return in_pieces(typed, cuts);
  }

  const captured_mode& mode_;
  shim::input_modes modes_;
};

std::string typed(const captured_mode& mode, std::initializer_list<std::string_view> keys) {
  std::string bytes;
  for (const std::string_view key : keys) bytes += mode.bytes(key);
  return bytes;
}

void check_commands(const captured_mode& mode) {
  checker check(mode);
  for (const char* enter : {"Return", "KP_Enter", "Shift Return"})
    check.acts(typed(mode, {enter, "~", "."}), ".");
  check.acts(typed(mode, {"Return", "~", "?", "~", "#", "~", "D", "~", "^Z", "~", "."}),
             "?#D\x1a.");
  check.acts(typed(mode, {"Return", "Shift", "~", "Shift", "."}), ".");
  for (const char* enter : {"NumLock Return", "NumLock KP_Enter"})
    check.acts(typed(mode, {"NumLock on", enter, "NumLock ~", "NumLock ."}), ".");
  check.acts(typed(mode, {"CapsLock on", "CapsLock Return", "CapsLock ~", "CapsLock ."}), ".");
  check.acts(typed(mode, {"CapsLock on", "CapsLock Return", "CapsLock ~", "CapsLock D"}), "D");
  check.acts(typed(mode, {"Return", "NumLock on", "NumLock ~", "NumLock off", "."}), ".");
}

void check_text(const captured_mode& mode) {
  checker check(mode);
  check.is_text(typed(mode, {"~", "."}));
  check.is_text(typed(mode, {"Return", "a", "~", "."}));
  check.is_text(typed(mode, {"Return", "Delete", "."}));
  check.is_text(typed(mode, {"Return", "Up", "~", "."}));
  check.is_text(typed(mode, {"Return", "~", "a", "."}));
  check.is_text(typed(mode, {"Return", "~", "Delete", "."}));
  check.acts(typed(mode, {"Return", "~", "~", "."}), "");
}

void check_report(const captured_mode& mode, const captured_key& report) {
  INFO(report.pressed);
  checker check(mode);
  check.utf8_mouse(report.pressed.find("?1005") != std::string::npos);
  const std::string& said = report.bytes;
  check.acts(mode.bytes("Return") + said + typed(mode, {"~", "."}), ".");
  check.acts(typed(mode, {"Return", "~"}) + said + mode.bytes("."), ".");
  check.is_text(mode.bytes("a") + said + typed(mode, {"~", "."}));
  check.is_text(mode.bytes("Return") + said);
}

void check_paste(const captured_mode& mode, const std::string& paste) {
  checker check(mode);
  check.is_text(mode.bytes("Return") + paste);
  check.is_text(paste + typed(mode, {"~", "."}));
  check.acts(paste + typed(mode, {"Return", "~", "."}), ".");
}

void check_mode(const captured_mode& mode, const captured_mode& first) {
  check_commands(mode);
  check_text(mode);
  for (const captured_key& each : first.keys) {
    if (each.is_report() && !each.bytes.empty()) check_report(mode, each);
    if (each.is_bracketed_paste()) check_paste(mode, each.bytes);
  }
}

}  // namespace

void check_escapes(const std::vector<captured_mode>& captured) {
  const captured_mode* first = nullptr;
  for (const captured_mode& mode : captured) {
    if (!first || first->terminal != mode.terminal) first = &mode;
    check_mode(mode, *first);
  }
}

}  // namespace test
