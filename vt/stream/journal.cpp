#include <vt/stream/journal.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include <vt/stream/parameter_list.hpp>
#include <vt/stream/sgr.hpp>

namespace vt {
namespace {

template <class Act>
void for_each_mode(const parameter_list& given, const Act& act) {
  for (const auto& p : given)
    if (!p.sub) act(p.value);
}

// Both 0 is the whole screen. Margins that leave no two lines are ignored by terminals.
void set_margins(margins& now, const parameter_list& given) {
  const auto first = std::max<std::uint16_t>(given.value_or(0, 0), 1);
  const auto last = given.value_or(1, 0);
  if (last == 0 && first == 1) {
    now = {};
  } else if (last == 0 || first < last) {
    now = {first, last};
  }
}

void set_ansi_modes(terminal_state& state, const parameter_list& given, bool on) {
  for_each_mode(given, [&](unsigned number) {
    switch (number) {
      case 2: state.keyboard_locked = on; break;
      case 4: state.insert = on; break;
      case 12: state.local_echo = !on; break;
      case 20: state.newline = on; break;
      default: break;
    }
  });
}

// XTMODKEYS and XTFMTKEYS. Of resource 4 the initial value is known: 0.
void set_resource(key_resources& resources, const parameter_list& given) {
  const unsigned resource = given.value_or(0, 0);
  const unsigned value = given.value_or(1, 0);
  if (given.size() == 1 && !given[0].given) {
    resources.reset_all();
  } else if (given.size() < 2 || !given[1].given || (resource == 4 && value == 0)) {
    resources.reset(resource);
  } else {
    resources.set(resource, value);
  }
}

// Only pushes and pops; one with a third parameter is about a place in the stack, not its depth.
void window_operation(title_stack& titles, const parameter_list& given) {
  const auto kind = given.value_or(1, 0);
  if (kind > 2 || given.value_or(2, 0) != 0) return;
  if (given.value_or(0, 0) == 22) titles.push(kind);
  if (given.value_or(0, 0) == 23) titles.pop(kind);
}

void media_copy(terminal_state& state, const parameter_list& given) {
  if (given.value_or(0, 0) == 5) state.printing = true;
  if (given.value_or(0, 0) == 4) state.printing = false;
}

void columns_or_cursor(terminal_state& state, const parameter_list& given) {
  if (state.mode(69)) {
    auto wanted = state.columns;
    set_margins(wanted, given);
    state.set_columns(wanted);
  } else {
    state.save_cursor();
  }
}

void cursor_style(terminal_state& state, const parameter_list& given) {
  if (const auto style = given.value_or(0, 0); style < 100)
    state.cursor_style = static_cast<std::uint8_t>(style);
}

void control_sequence(terminal_state& s, const token& t, const parameter_list& given) {
  const auto first = [&given](std::uint16_t otherwise) { return given.value_or(0, otherwise); };
  switch (t.function()) {
    case function("m"): return s.text.pen.apply(given.begin(), given.end());
    case function("?h"):
      return for_each_mode(given, [&s](unsigned number) { s.set_mode(number, true); });
    case function("?l"):
      return for_each_mode(given, [&s](unsigned number) { s.set_mode(number, false); });
    case function("?s"):
      return for_each_mode(given, [&s](unsigned number) { s.save_mode(number); });
    case function("?r"):
      return for_each_mode(given, [&s](unsigned number) { s.restore_mode(number); });
    case function("h"): return set_ansi_modes(s, given, true);
    case function("l"): return set_ansi_modes(s, given, false);
    case function("r"): return set_margins(s.rows, given);
    case function("s"): return columns_or_cursor(s, given);
    case function("u"): return s.restore_cursor();
    case function("=u"): return s.shown_keys().set(first(0), given.value_or(1, 1));
    case function(">u"): return s.shown_keys().push(first(0));
    case function("<u"): return s.shown_keys().pop(first(1));
    case function(">m"): return set_resource(s.modify_keys, given);
    case function(">f"): return set_resource(s.format_keys, given);
    case function(">n"): return s.modify_keys.disable(first(2));
    case function("t"): return window_operation(s.titles, given);
    case function("i"): return media_copy(s, given);
    case function(" q"): return cursor_style(s, given);
    case function("\"q"): s.text.guarded = first(0) == 1; return;
    case function("!p"): return s.soft_reset();
    default: return;
  }
}

void escape_sequence(terminal_state& s, const token& t) {
  switch (t.function()) {
    case function("7"): return s.save_cursor();
    case function("8"): return s.restore_cursor();
    case function("c"): return s.full_reset();
    case function("<"): return s.set_mode(2, true);
    case function("="): s.keypad = true; return;
    case function(">"): s.keypad = false; return s.set_mode(66, false);
    case function("V"): s.text.guarded = true; return;
    case function("W"): s.text.guarded = false; return;
    case function("n"): s.text.sets.gl = 2; return;
    case function("o"): s.text.sets.gl = 3; return;
    case function("~"): s.text.sets.gr = 1; return;
    case function("}"): s.text.sets.gr = 2; return;
    case function("|"): s.text.sets.gr = 3; return;
    case function("%@"): s.not_utf8 = true; return;
    case function("%G"): s.not_utf8 = false; return;
    case function(" F"): s.eight_bit_answers = false; return;
    case function(" G"): s.eight_bit_answers = true; return;
    default: return s.text.sets.designate(t.intermediates, t.final);
  }
}

// The fields of an OSC, one at a time.
class fields {
 public:
  explicit fields(std::string_view payload) : rest_(payload) {}

  bool done() const { return done_; }

  std::string_view next() {
    const auto end = rest_.find(';');
    const auto field = rest_.substr(0, end);
    done_ = end == rest_.npos;
    rest_.remove_prefix(done_ ? rest_.size() : end + 1);
    return field;
  }

  std::optional<unsigned> next_number() {
    const auto field = next();
    unsigned value = 0;
    const auto end = std::from_chars(field.data(), field.data() + field.size(), value);
    if (end.ec != std::errc{} || end.ptr != field.data() + field.size()) return std::nullopt;
    return value;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool done_ = false;
};

// Behind the palette come the special colours, in OSC 4 as in OSC 5.
void mark_color(one_way& values, unsigned index, bool changed) {
  if (index < values.palette.size()) {
    values.palette.set(index, changed);
  } else if (index - values.palette.size() < values.special_colors.size()) {
    values.special_colors.set(index - values.palette.size(), changed);
  }
}

bool is_change(std::string_view spec) { return !spec.empty() && spec != "?"; }

void set_colors(one_way& values, fields given, unsigned first) {
  while (!given.done()) {
    const auto index = given.next_number();
    if (given.done()) return;
    if (const auto spec = given.next(); index && *index < 512 && is_change(spec))
      mark_color(values, first + *index, true);
  }
}

void reset_colors(one_way& values, fields given, unsigned first) {
  if (given.rest().empty()) {
    if (first == 0) values.palette.reset();
    if (first != 0) values.special_colors.reset();
    return;
  }
  while (!given.done()) {
    if (const auto index = given.next_number(); index && *index < 512)
      mark_color(values, first + *index, false);
  }
}

// Several in one go to this colour and the ones behind it.
void set_dynamic_colors(one_way& values, fields given, std::size_t index) {
  for (; index < values.dynamic_colors.size() && !given.done(); ++index)
    if (is_change(given.next())) values.dynamic_colors.set(index);
}

void operating_system_command(one_way& values, std::string_view payload) {
  constexpr unsigned special = 256;
  fields given(payload);
  const auto number = given.next_number();
  if (!number) return;
  switch (*number) {
    case 4: return set_colors(values, given, 0);
    case 5: return set_colors(values, given, special);
    case 104: return reset_colors(values, given, 0);
    case 105: return reset_colors(values, given, special);
    case 8:
      given.next();
      values.hyperlink = !given.rest().empty();
      return;
    case 9:
      if (given.next() == "4") values.progress = given.next_number().value_or(0) != 0;
      return;
    case 22:
      if (!given.rest().starts_with('?')) values.pointer_shape = !given.rest().empty();
      return;
    default: break;
  }
  if (*number >= 10 && *number < 20) set_dynamic_colors(values, given, *number - 10);
  if (*number >= 110 && *number < 120) values.dynamic_colors.reset(*number - 110);
}

// How much of the front may be kept from a tokenizer at ground, which is at ground behind it, too:
// not a character that may go on in the next bytes.
std::size_t without_effect(std::string_view shown) {
  const auto end = find_control_sequence(shown);
  if (end != shown.size()) return end;
  constexpr std::size_t longest_begin = 3;
  for (std::size_t back = 1; back <= std::min(longest_begin, end); ++back) {
    const auto byte = static_cast<unsigned char>(shown[end - back]);
    if (byte < 0x80) break;
    if (byte >= 0xc0) return end - back;
  }
  return end;
}

}  // namespace

void journal::feed(std::string_view shown) {
  while (!shown.empty()) {
    if (tokens_.at_ground()) {
      shown.remove_prefix(without_effect(shown));
      if (take_sgr(state_.text.pen, shown)) continue;
    }
    if (const auto t = tokens_.next(shown)) take(*t);
  }
}

void journal::take(const token& t) {
  switch (t.kind) {
    case token_kind::control:
      if (t.bytes == "\x0e") state_.text.sets.gl = 1;
      if (t.bytes == "\x0f") state_.text.sets.gl = 0;
      return;
    case token_kind::escape: return escape_sequence(state_, t);
    case token_kind::csi: return take(t, parameter_list(t.parameters));
    case token_kind::osc: return operating_system_command(state_.values, t.bytes);
    default: return;
  }
}

void journal::take(const token& csi, const parameter_list& given) {
  control_sequence(state_, csi, given);
}

}  // namespace vt
