#include <shim/hold/unattended.hpp>

#include <algorithm>

namespace shim::hold {
namespace {

// How much of the output before is read to find out whether it is in the midst of a sequence: more
// than any sequence that asks something.
constexpr std::uint64_t look_back = 4096;

}  // namespace

void unattended::begin(std::uint64_t position) {
  from_ = position;
  position_ = position - std::min(position, look_back);
  reader_.emplace(position_);
  read_on();
}

void unattended::read_on() {
  if (!reader_) return;
  const auto head = output_.head();
  if (head - position_ > output_.kept()) reader_.emplace(position_ = head - output_.kept());
  auto rest = output_.bytes(position_, static_cast<std::size_t>(head - position_));
  position_ = head;
  while (const auto query = reader_->next(rest))
    if (query->end > from_) met(*query);
}

void unattended::met(const vt::placed_query& query) {
  screen_.ask(query, [this, query](std::optional<vt::answer_numbers> numbers) {
    if (numbers) type_(vt::reply_to(query.asked, *numbers, terminal_).bytes());
  });
}

}  // namespace shim::hold
