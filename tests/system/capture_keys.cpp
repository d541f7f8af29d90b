#include <tests/system/capture_keys.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <tests/support/tty_link.hpp>

namespace test {
namespace {

using kind = x_terminal::kind;

struct key {
  const char* name;
  const char* keysym;  // xdotool's
};

constexpr key keys[] = {
    {"Return", "Return"},
    {"KP_Enter", "KP_Enter"},
    {"Shift Return", "shift+Return"},
    {"~", "asciitilde"},
    {".", "period"},
    {"?", "question"},
    {"#", "numbersign"},
    {"D", "D"},
    {"^Z", "ctrl+z"},
    {"a", "a"},
    {"Delete", "Delete"},
    {"Shift", "Shift_L"},
    {"Escape", "Escape"},
    {"BackSpace", "BackSpace"},
    {"Tab", "Tab"},
    {"Up", "Up"},
    {"F1", "F1"},
    {"NumLock on", "Num_Lock"},
    {"NumLock Return", "Return"},
    {"NumLock KP_Enter", "KP_Enter"},
    {"NumLock ~", "asciitilde"},
    {"NumLock .", "period"},
    {"NumLock Delete", "Delete"},
    {"NumLock off", "Num_Lock"},
    {"CapsLock on", "Caps_Lock"},
    {"CapsLock Return", "Return"},
    {"CapsLock ~", "asciitilde"},
    {"CapsLock .", "period"},
    {"CapsLock D", "d"},
    {"CapsLock off", "Caps_Lock"},
};

struct question {
  const char* name;
  const char* sequence;
};

constexpr question questions[] = {
    {"ask CPR", "\x1b[6n"},
    {"ask DECXCPR", "\x1b[?6n"},
    {"ask DA1", "\x1b[c"},
    {"ask DA2", "\x1b[>c"},
    {"ask DA3", "\x1b[=c"},
    {"ask DECRQM 2004", "\x1b[?2004$p"},
    {"ask XTVERSION", "\x1b[>q"},
    {"ask OSC 11 ST", "\x1b]11;?\x1b\\"},
    {"ask OSC 11 BEL", "\x1b]11;?\a"},
    {"ask DECRQSS SGR", "\x1bP$qm\x1b\\"},
    {"ask XTGETTCAP TN", "\x1bP+q544e\x1b\\"},
    {"ask size", "\x1b[18t"},
    {"ask kitty flags", "\x1b[?u"},
    {"ask kitty graphics", "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"},
};

struct mouse_encoding {
  const char* name;
  const char* on;
  const char* off;
};

constexpr mouse_encoding mouse_encodings[] = {
    {"click ?1000", "\x1b[?1000h", "\x1b[?1000l"},
    {"click ?1000 ?1005", "\x1b[?1000;1005h", "\x1b[?1000;1005l"},
    {"click ?1000 ?1006", "\x1b[?1000;1006h", "\x1b[?1000;1006l"},
    {"click ?1000 ?1015", "\x1b[?1000;1015h", "\x1b[?1000;1015l"},
};

// F12 ends each key: X keeps the order of keys, and in no mode it is sent as anything but CSI 24 ~,
// with parameters or without.
constexpr const char* mark = "F12";
constexpr std::string_view mark_begin = "\x1b[24";

struct span {
  std::size_t begin;
  std::size_t end;
};

std::optional<span> next_mark(std::string_view bytes, std::size_t from) {
  for (auto at = bytes.find(mark_begin, from); at != bytes.npos;
       at = bytes.find(mark_begin, at + 1)) {
    const auto end = bytes.find_first_not_of("0123456789;:", at + mark_begin.size());
    if (end != bytes.npos && bytes[end] == '~') return span{at, end + 1};
  }
  return std::nullopt;
}

// A terminal with tty_end in it, in one setup.
class captured_terminal {
 public:
  captured_terminal(const x_display& display, const terminal_setup& setup)
      : display_(display),
        terminal_(display, setup.which, {TTY_END, server_.path()}, {}, setup.words),
        link_(server_.accept()) {
    terminal_.take_focus();
    set_mode(setup.modes.front());
    press({mark}, 1);  // the first key it gets: from now on it has the focus
    version_ = link_.ask("\x1b[>q");
  }

  void set_mode(const keyboard_mode& mode) {
    link_.ask(mode.sequence);
    // Kitty tells of keys that are let go in half of its modes: F12 comes twice there.
    const std::string answer = link_.ask("\x1b[?u");
    marks_ = 1;
    if (answer.starts_with("\x1b[?") && (std::stoi(answer.substr(3)) & 2) != 0) marks_ = 2;
  }

  std::vector<captured_key> press_keys() {
    std::vector<std::string> names;
    std::vector<std::string> keysyms;
    for (const key& each : keys) {
      names.emplace_back(each.name);
      keysyms.insert(keysyms.end(), {each.keysym, mark});
    }
    const std::vector<std::string> sent = press(keysyms, names.size());
    std::vector<captured_key> captured;
    for (std::size_t i = 0; i < names.size(); ++i) captured.push_back({names[i], sent[i]});
    return captured;
  }

  std::vector<captured_key> other_events() {
    std::vector<captured_key> captured{focus()};
    for (const mouse_encoding& each : mouse_encodings) captured.push_back(click(each));
    link_.write("\x1b[5n");
    captured.push_back({"ask DSR", link_.expect("n")});
    for (const question& each : questions)
      captured.push_back({each.name, link_.ask(each.sequence)});
    captured.push_back(paste("paste ls LF ~. LF end, ?2004", "\x1b[?2004h", "\x1b[201~"));
    captured.push_back(paste("paste ls LF ~. LF end", "\x1b[?2004l", "end"));
    return captured;
  }

  // "XTerm(379)" of DCS > | XTerm(379) ST.
  std::string name() const { return version_.substr(4, version_.size() - 6); }

 private:
  // What came before each mark.
  std::vector<std::string> press(const std::vector<std::string>& keysyms, std::size_t count) {
    display_.press(keysyms);
    return take_marked(count);
  }

  std::vector<std::string> take_marked(std::size_t count) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back(take_to_mark());
      for (int again = 1; again < marks_; ++again) take_to_mark();
    }
    return parts;
  }

  std::string take_to_mark() {
    std::size_t size = 0;
    std::string taken = link_.expect(
        [&size](std::string_view received) -> std::optional<std::size_t> {
          const auto found = next_mark(received, 0);
          if (!found) return std::nullopt;
          size = found->begin;
          return found->end;
        },
        mark);
    taken.resize(size);
    return taken;
  }

  captured_key focus() {
    link_.ask("\x1b[?1004h");
    terminal_.lose_focus();
    terminal_.take_focus();
    const std::string sent = press({mark}, 1).front();
    link_.ask("\x1b[?1004l");
    return {"focus out, in", sent};
  }

  captured_key click(const mouse_encoding& encoding) {
    link_.ask(encoding.on);
    display_.click(1);
    const std::string sent = press({mark}, 1).front();
    link_.ask(encoding.off);
    return {encoding.name, sent};
  }

  // The program gives the terminal the selection (OSC 52), the middle button takes it.
  captured_key paste(const char* name, const std::string& mode, std::string_view end) {
    link_.ask(mode + "\x1b]52;p;bHMKfi4KZW5k\x1b\\");  // "ls\n~.\nend"
    display_.click(2);
    return {name, link_.expect(end)};
  }

  const x_display& display_;
  tty_link_server server_;
  x_terminal terminal_;
  tty_link link_;
  int marks_ = 1;
  std::string version_;
};

void capture_setup(const x_display& display, const terminal_setup& setup,
                   std::vector<captured_mode>& all) {
  captured_terminal terminal(display, setup);
  for (const keyboard_mode& mode : setup.modes) {
    terminal.set_mode(mode);
    all.push_back({terminal.name(), mode.name, terminal.press_keys()});
    if (all.size() == 1)
      for (captured_key& each : terminal.other_events()) all.back().keys.push_back(std::move(each));
  }
}

}  // namespace

std::vector<terminal_setup> terminal_setups(kind which) {
  if (which == kind::xterm) {
    return {{which,
             {},
             {{"plain", "\x1b[>4;0m\x1b[?1l\x1b>"},
              {"other1", "\x1b[>4;1m"},
              {"other2", "\x1b[>4;2m"},
              {"application", "\x1b[>4;0m\x1b[?1h\x1b="}}},
            {which,
             {"-xrm", "*formatOtherKeys: 1"},
             {{"other1-u", "\x1b[>4;1m"}, {"other2-u", "\x1b[>4;2m"}}}};
  }
  terminal_setup kitty{which, {}, {}};
  for (int flags = 0; flags < 32; ++flags) {
    const std::string number = std::to_string(flags);
    kitty.modes.push_back({number, "\x1b[=" + number + "u"});
  }
  return {kitty};
}

std::vector<captured_mode> capture_keys(const x_display& display, kind which) {
  std::vector<captured_mode> all;
  for (const terminal_setup& setup : terminal_setups(which)) capture_setup(display, setup, all);
  return all;
}

}  // namespace test
