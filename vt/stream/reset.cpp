#include <vt/stream/reset.hpp>

#include <array>

#include <vt/stream/sequence_writer.hpp>

namespace vt {
namespace {

constexpr std::string_view save_cursor = "\0337";
constexpr std::string_view restore_cursor = "\0338";

constexpr std::string_view designators = "()*+";

template <std::size_t Size, class Each>
void for_each_set(const std::bitset<Size>& bits, const Each& each) {
  for (unsigned i = 0; i < Size; ++i)
    if (bits[i]) each(i);
}

// Undoes one thing after another, in an order in which no later one brings an earlier one back:
// first what would keep the rest from being understood, then what belongs to the alternate screen,
// on it, then leaving it, then what both screens share.
class undoing {
 public:
  undoing(std::span<char> into, const terminal_state& state) : out_(into), state_(state) {}

  std::size_t run(bool at_ground) noexcept;

 private:
  void parsing(bool at_ground);
  void margins();
  void origin();
  void keys(std::size_t screen);
  void screens();
  void modes();
  void ansi_modes();
  void charsets();
  void resources(const key_resources& changed, std::string_view final);
  void colors();
  void strings();
  void titles();
  void when(bool is_on, std::string_view bytes) {
    if (is_on) out_.text(bytes);
  }

  sequence_writer out_;
  terminal_state state_;  // what is left
};

std::size_t undoing::run(bool at_ground) noexcept {
  parsing(at_ground);
  margins();
  screens();
  modes();
  ansi_modes();
  charsets();
  resources(state_.modify_keys, "m");
  resources(state_.format_keys, "f");
  when(state_.cursor_style != 0, "\x1b[0 q");
  when(state_.text.guarded, "\x1b[0\"q");
  when(!state_.text.pen.plain(), "\x1b[m");
  strings();
  colors();
  titles();
  return out_.size();
}

// In this order: what comes behind `CSI 5 i` goes to a printer, VT52 knows no CSI, and output that
// is held back is shown before anything moves.
void undoing::parsing(bool at_ground) {
  when(!at_ground, end_of_sequence);
  when(state_.printing, "\x1b[4i");
  when(!state_.mode(2), "\x1b<");
  when(state_.mode(2026), "\x1b[?2026l");
  state_.set_mode(2, true);
  state_.set_mode(2026, false);
}

// Each of these sequences moves the cursor home (xterm, tmux, VTE, kitty), so it is saved and
// restored around them: pen, charsets and origin mode come back with it as they were. Not where the
// cursor comes back anyhow, as behind 1049, which in libvterm shares the one saved cursor with
// DECSC; nor where origin mode has to be left, which moves it in any case.
void undoing::margins() {
  const bool on = state_.rows != vt::margins{} || state_.mode(69);
  const bool keep = on && state_.alternate != 1049 && !state_.text.origin;
  when(keep, save_cursor);
  when(state_.rows != vt::margins{}, "\x1b[r");
  when(state_.mode(69), "\x1b[?69l");
  when(keep, restore_cursor);
  state_.rows = {};
  state_.set_mode(69, false);
  origin();
}

// DECRC cannot leave it: what it restores is either in origin mode or another position. So the
// cursor ends on the last line, below what was shown; on a screen left by 1049 that does not
// matter.
void undoing::origin() {
  if (!state_.text.origin) return;
  out_.text("\x1b[?6l");
  when(state_.alternate != 1049, "\x1b[999;1H");
  state_.text.origin = false;
}

// Only what was pushed here: an entry below may be of the shell that started all.
void undoing::keys(std::size_t screen) {
  auto& stack = state_.keys[screen];
  if (stack.depth() == 1) out_.text("\x1b[<u");
  if (stack.depth() > 1) out_.sequence("\x1b[<", static_cast<unsigned>(stack.depth()), "u");
  when(stack.base() != 0, "\x1b[=0u");
  stack = {};
}

// Flags left on a screen that is not shown would come upon the next program there, which may know
// none of kitty's keys. 47 neither clears nor moves where such stacks are known.
void undoing::screens() {
  const bool hidden = state_.alternate == 0 && !state_.keys[1].empty();
  const unsigned number = hidden || state_.values.maybe_alternate ? 47 : state_.alternate;
  when(hidden, "\x1b[?47h");
  keys(1);
  if (number != 0) {
    out_.sequence("\x1b[?", number, "l");
    state_.leave_alternate(number);
  }
  origin();  // the one that was saved when the alternate screen was entered
  keys(0);
}

void undoing::modes() {
  when(state_.keypad, "\x1b>");
  if (state_.keypad) state_.set_mode(66, false);
  number_list on(out_, "\x1b[?", "l");
  number_list off(out_, "\x1b[?", "h");
  const auto& changed = state_.dec.changed();
  changed.for_each([&on](unsigned n) {
    if (!row_of(n).initially) on.add(n);
  });
  on.finish();
  changed.for_each([&off](unsigned n) {
    if (row_of(n).initially) off.add(n);
  });
  off.finish();
}

void undoing::ansi_modes() {
  number_list on(out_, "\x1b[", "l");
  if (state_.keyboard_locked) on.add(2);
  if (state_.insert) on.add(4);
  if (state_.newline) on.add(20);
  on.finish();
  when(state_.local_echo, "\x1b[12h");
}

void undoing::charsets() {
  const auto& sets = state_.text.sets;
  for (std::size_t i = 0; i < sets.g.size(); ++i)
    if (sets.g[i] != 0) out_.sequence("\x1b", designators.substr(i, 1), "B");
  when(sets.gl != 0, "\x0f");
  when(sets.gr != vt::charsets{}.gr, "\x1b}");
  when(state_.not_utf8, "\x1b%G");
  when(state_.eight_bit_answers, "\x1b F");
}

void undoing::resources(const key_resources& changed, std::string_view final) {
  for (unsigned i = 0; i < key_resources::count; ++i)
    if (changed.changed(i)) out_.sequence("\x1b[>", i, final);
}

void undoing::strings() {
  when(state_.values.hyperlink, "\x1b]8;;\x1b\\");
  when(state_.values.pointer_shape, "\x1b]22;\x1b\\");
  when(state_.values.progress, "\x1b]9;4;0\x1b\\");
}

// By number, as a colour that was changed before the start is the user's; without any where all
// were changed, which is shorter.
void undoing::colors() {
  const auto& values = state_.values;
  if (values.palette.any()) out_.text("\x1b]104");
  if (!values.palette.all())
    for_each_set(values.palette, [this](unsigned i) { out_.sequence(";", i); });
  when(values.palette.any(), string_terminator);
  if (values.special_colors.any()) out_.text("\x1b]105");
  for_each_set(values.special_colors, [this](unsigned i) { out_.sequence(";", i); });
  when(values.special_colors.any(), string_terminator);
  for_each_set(values.dynamic_colors,
               [this](unsigned i) { out_.sequence("\x1b]", 110 + i, string_terminator); });
}

void undoing::titles() {
  for (auto i = state_.titles.depth(); i-- > 0;)
    out_.sequence("\x1b[23;", unsigned{state_.titles[i]}, "t");
}

// Brings a terminal in its initial state to another one. What keeps the rest from being understood
// comes last.
class restoring {
 public:
  restoring(std::span<char> into, const terminal_state& state) : out_(into), state_(state) {}

  std::size_t run();

 private:
  void keys(std::size_t screen);
  void screens();
  void margins();
  void region(const vt::margins& region, std::string_view final);
  void modes();
  void ansi_modes();
  void charsets();
  void resources(const key_resources& changed, std::string_view final);
  void parsing();
  void when(bool is_on, std::string_view bytes) {
    if (is_on) out_.text(bytes);
  }

  sequence_writer out_;
  const terminal_state& state_;
};

std::size_t restoring::run() {
  for (std::size_t i = 0; i < state_.titles.depth(); ++i)
    out_.sequence("\x1b[22;", unsigned{state_.titles[i]}, "t");
  screens();
  margins();
  modes();
  ansi_modes();
  charsets();
  resources(state_.modify_keys, "m");
  resources(state_.format_keys, "f");
  if (state_.cursor_style != 0) out_.sequence("\x1b[", unsigned{state_.cursor_style}, " q");
  when(state_.text.guarded, "\x1b[1\"q");
  write(out_, state_.text.pen);
  parsing();
  return out_.size();
}

void restoring::keys(std::size_t screen) {
  const auto& stack = state_.keys[screen];
  if (stack.base() != 0) out_.sequence("\x1b[=", unsigned{stack.base()}, "u");
  for (std::size_t i = 0; i < stack.depth(); ++i)
    out_.sequence("\x1b[>", unsigned{stack.pushed(i)}, "u");
}

void restoring::screens() {
  keys(0);
  const bool hidden = state_.alternate == 0 && !state_.keys[1].empty();
  const unsigned number = hidden ? 47 : state_.alternate;
  if (number != 0) out_.sequence("\x1b[?", number, "h");
  keys(1);
  when(hidden, "\x1b[?47l");
}

void restoring::margins() {
  const bool on = state_.rows != vt::margins{} || state_.mode(69);
  when(on, save_cursor);
  when(state_.mode(69), "\x1b[?69h");
  region(state_.rows, "r");
  region(state_.columns, "s");
  when(on, restore_cursor);
  when(state_.text.origin, "\x1b[?6h");
}

void restoring::region(const vt::margins& region, std::string_view final) {
  if (region == vt::margins{}) return;
  out_.sequence("\x1b[", unsigned{region.first});
  if (region.last != 0) out_.sequence(";", unsigned{region.last});
  out_.text(final);
}

// Of modes that exclude each other the one that was set last comes last.
void restoring::modes() {
  const auto& dec = state_.dec;
  const auto is_late = [&dec](unsigned n) {
    return n == 2 || n == 69 || n == 2026 || n == dec.mouse() || n == dec.mouse_encoding();
  };
  number_list on(out_, "\x1b[?", "h");
  number_list off(out_, "\x1b[?", "l");
  dec.changed().for_each([&](unsigned n) {
    if (!is_late(n) && !row_of(n).initially) on.add(n);
  });
  if (dec.mouse() != 0) on.add(dec.mouse());
  if (dec.mouse_encoding() != 0) on.add(dec.mouse_encoding());
  on.finish();
  dec.changed().for_each([&](unsigned n) {
    if (!is_late(n) && row_of(n).initially) off.add(n);
  });
  off.finish();
  when(state_.keypad, "\x1b=");
}

void restoring::ansi_modes() {
  number_list on(out_, "\x1b[", "h");
  if (state_.keyboard_locked) on.add(2);
  if (state_.insert) on.add(4);
  if (state_.newline) on.add(20);
  on.finish();
  when(state_.local_echo, "\x1b[12l");
}

void restoring::charsets() {
  constexpr std::string_view of_96 = "?-./";
  constexpr std::string_view shifts[] = {"", "\x0e", "\x1bn", "\x1bo"};
  constexpr std::string_view right_shifts[] = {"", "\x1b~", "", "\x1b|"};
  const auto& sets = state_.text.sets;
  for (std::size_t i = 0; i < sets.g.size(); ++i) {
    if (sets.g[i] == 0) continue;
    const auto& names = (sets.g[i] & vt::charsets::is_96) != 0 ? of_96 : designators;
    const char name[] = {static_cast<char>(sets.g[i] >> 8 & 0xff), static_cast<char>(sets.g[i])};
    out_.sequence("\x1b", names.substr(i, 1), std::string_view(name, 2).substr(name[0] == 0));
  }
  out_.text(shifts[sets.gl]);
  out_.text(right_shifts[sets.gr]);
  when(state_.eight_bit_answers, "\x1b G");
}

void restoring::resources(const key_resources& changed, std::string_view final) {
  for (unsigned i = 0; i < key_resources::count; ++i) {
    if (changed.disabled(i)) out_.sequence("\x1b[>", i, "n");
    if (const auto value = changed.value(i)) out_.sequence("\x1b[>", i, ";", *value, final);
  }
}

void restoring::parsing() {
  when(state_.not_utf8, "\x1b%@");
  when(state_.mode(2026), "\x1b[?2026h");
  when(state_.printing, "\x1b[5i");
  when(!state_.mode(2), "\x1b[?2l");
}

}  // namespace

std::size_t reset(const journal& shown, std::span<char, max_reset_bytes> into) noexcept {
  return undoing(into, shown.state()).run(shown.at_ground());
}

std::string reset(const journal& shown) {
  std::array<char, max_reset_bytes> bytes;
  return {bytes.data(), reset(shown, bytes)};
}

std::string reapply(const journal& shown) { return reapply(shown.state()); }

std::string reapply(const terminal_state& state) {
  std::array<char, 2 * max_reset_bytes> bytes;
  const auto size = restoring(bytes, state).run();
  return {bytes.data(), size};
}

}  // namespace vt
