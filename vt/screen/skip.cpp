// Why the law holds. Take a stretch of text (of invalid bytes, too), SGR, EL, and C0 but ESC, SO
// and SI, that begins at ground, without margins and without a single shift that waits.
//
// In it only the cursor's row is written to, and the cursor leaves that for the next one alone, by
// a line feed or a wrap. Where in a row it stands depends on where it stood before and on what the
// stretch does not change: columns, modes, charsets, tab stops. Behind a CR it is in the first
// column. So if the stretch up to a CR is left out, but for its SGRs, the rest is written in the
// same columns with the same pen; only the row may be another.
//
// From there on each line feed or wrap begins a line. With R rows the R-th and all behind it scroll
// in at the bottom: blank, with the background of the pen, whatever was there before. The screen
// shows the last R lines, a history of N rows those N before them; so if 2R + N - 1 line feeds are
// left, none of these lines was begun before the R-th. Wraps are not counted: more lines are only
// safer. On the alternate screen N is 0.
//
// Nothing else stays of a stretch. What REP would repeat is gone at a line feed. Styles and
// clusters get other numbers, but a table that is full forgets only what is not shown.
#include <vt/screen/skip.hpp>

#include <algorithm>
#include <limits>

#include <vt/stream/scan.hpp>
#include <vt/stream/sgr.hpp>
#include <vt/stream/tokenizer.hpp>

namespace vt {
namespace {

constexpr std::size_t most_rows = std::numeric_limits<std::size_t>::max() / 2;  // beyond all output

constexpr auto is_carriage_return = [](word w) { return equal_to(w, '\r'); };
constexpr auto is_line_feed = [](word w) { return equal_to(w, '\n'); };

bool has_margins(const screen& s) {
  const auto& m = s.margins();
  return m.first != 0 || m.last != s.rows() || m.left != 0 || m.right != s.columns();
}

bool is_plain(const screen& s) {
  return s.pending().empty() && s.single_shift() == 0 && !has_margins(s);
}

// EL: compilers and grep write one behind each colour.
std::size_t erase_size(std::string_view text) {
  for (const std::string_view erase : {"\x1b[K", "\x1b[0K", "\x1b[1K", "\x1b[2K"})
    if (text.starts_with(erase)) return erase.size();
  return 0;
}

// Up to the first byte that is nothing of what a stretch is made of.
std::size_t stretch_size(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    at += find_control_sequence(bytes.substr(at));
    const auto rest = bytes.substr(at);
    const auto sgr = sgr_size(rest);
    const auto size = sgr != 0 ? sgr : erase_size(rest);
    if (size == 0) return at;
    at += size;
  }
}

// How much of the front of a stretch may be left out, with so many line feeds behind it.
std::size_t unseen_size(std::string_view stretch, std::size_t line_feeds) {
  if (line_feeds > stretch.size()) return 0;
  const auto kept = find_last(stretch, line_feeds, is_line_feed);
  if (!kept) return 0;
  const auto line_begin = find_last(stretch.substr(0, *kept), 1, is_carriage_return);
  return line_begin ? *line_begin + 1 : 0;
}

}  // namespace

skipper::skipper(screen& to, std::size_t kept_rows)
    : screen_(to), kept_rows_(std::min(kept_rows, most_rows)) {}

void skipper::feed(std::string_view backlog) {
  while (!backlog.empty()) backlog.remove_prefix(step(backlog, backlog.size()));
}

std::size_t skipper::step(std::string_view backlog, std::size_t most) {
  std::size_t taken = 0;
  while (most > 0 && taken < backlog.size()) {
    if (is_worth_looking(backlog.size() - taken)) taken += look(backlog.substr(taken));
    const auto next = backlog.substr(taken, std::min(most, to_feed_));
    screen_.feed(next);
    taken += next.size();
    most -= next.size();
    to_feed_ -= next.size();
    owed_ -= std::min(owed_, next.size());
  }
  return taken;
}

// Also where as much has come as is still to be fed, as then that may be left out in its turn.
bool skipper::is_worth_looking(std::size_t backlog) const {
  return to_feed_ == 0 || (to_its_end_ && owed_ != 0 && backlog / 2 >= to_feed_);
}

// Leaves out what it may and says how much that was. What is then to be fed is the rest of the
// stretch, and what ends it up to the next line.
std::size_t skipper::look(std::string_view backlog) {
  const auto stretch = backlog.substr(0, is_plain(screen_) ? stretch_size(backlog) : 0);
  const auto unseen = unseen_size(stretch, line_feeds());
  if (unseen != 0) {
    screen_.pass_over(stretch.substr(0, unseen));
    owed_ = stretch.size() - unseen;
    left_out_ += unseen;
  }
  const auto line = backlog.find('\n', stretch.size());
  to_its_end_ = line == std::string_view::npos;
  to_feed_ = (to_its_end_ ? backlog.size() : line + 1) - unseen;
  return unseen;
}

// So many behind what is left out, and nothing of it is seen.
std::size_t skipper::line_feeds() const {
  const auto kept = screen_.on_alternate() ? 0 : kept_rows_;
  return 2 * static_cast<std::size_t>(screen_.rows()) + kept - 1;
}

}  // namespace vt
