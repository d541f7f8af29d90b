#include <shim/core/display.hpp>

#include <algorithm>
#include <utility>

#include <vt/stream/reset.hpp>

namespace shim {

void display::note(std::string_view text) {
  if (notes_.empty()) notes_at_ = printed_;
  notes_.append(text);
}

void display::paint(std::string bytes, std::uint64_t position) {
  picture_ = std::move(bytes);
  painted_ = 0;
  shown_ = position;
  printed_ = std::max(printed_, position);
}

bool display::note_is_next() const {
  return !notes_.empty() && !painting() && shown_ >= notes_at_ && journal_.at_ground();
}

// Output goes byte by byte where it may end a sequence that a line of ours waits for.
terminal_piece display::next() const {
  if (painting()) return {std::string_view(picture_).substr(painted_), 0, 0};
  if (note_is_next()) return {notes_, 0, 0};
  auto size = under_way();
  if (!notes_.empty()) {
    const auto before_note = notes_at_ > shown_ ? notes_at_ - shown_ : 1;
    size = std::min(size, static_cast<std::size_t>(before_note));
  }
  return {{}, shown_, size};
}

void display::shown(std::string_view bytes) {
  if (bytes.empty()) return;
  fresh_line_ = bytes.back() == '\n';
  if (painting()) {
    journal_.feed(bytes);
    painted_ += bytes.size();
    if (!painting()) picture_ = {};
  } else if (note_is_next()) {
    notes_.erase(0, bytes.size());
  } else {
    shown_ += bytes.size();
    journal_.feed(bytes);
  }
}

bool display::note_waits() const {
  return !notes_.empty() && !painting() && shown_ >= notes_at_ && under_way() == 0 &&
         !journal_.at_ground();
}

void display::end_sequence() {
  if (!note_waits()) return;
  notes_.insert(0, vt::end_of_sequence);
  journal_.feed(vt::end_of_sequence);
}

}  // namespace shim
