#include <shim/core/session_roles.hpp>

#include <algorithm>
#include <utility>

namespace shim {
namespace {

using namespace std::chrono_literals;

// A read of a pty does not wait: one that is under way ends in microseconds.
constexpr auto read_time = 1ms;
// Unless its process was stopped in its midst, or is kept from running by others. Counted in tries,
// not in time: a holder that is itself kept from running has not waited.
constexpr int tries_before_resume = 50;
constexpr int tries_before_kill = 250;

}  // namespace

session_roles::known* session_roles::find(client_id client) {
  const auto at = std::ranges::find(clients_, client, &known::client);
  return at == clients_.end() ? nullptr : &*at;
}

client_id session_roles::wanted() const {
  const auto looks_on = [](const known& each) { return each.looks_on; };
  if (std::ranges::count_if(clients_, looks_on) != 1) return 0;
  return std::ranges::find_if(clients_, looks_on)->client;
}

void session_roles::came(client_id client, steady_time) {
  if (find(client) == nullptr) clients_.push_back({client, true});
  settle();
}

void session_roles::looks_on(client_id client, bool on, steady_time) {
  if (auto* one = find(client)) one->looks_on = on;
  settle();
}

void session_roles::went(client_id client, steady_time) {
  std::erase_if(clients_, [client](const known& each) { return each.client == client; });
  settle();
}

void session_roles::settle() {
  if (taking_ != taking::no || wanted() == reader_) return;
  taking_ = taking::asked;
  tries_ = 0;
  effects_.push_back(role_effect::take{reader_});
}

// It may be wanted by another by now, or by the same client again, for which the epoch is new too.
void session_roles::taken(std::uint32_t epoch, steady_time) {
  taking_ = taking::no;
  epoch_ = epoch;
  const auto before = std::exchange(reader_, wanted());
  if (before != reader_ && find(before) != nullptr)
    effects_.push_back(role_effect::dismiss{before});
  if (reader_ != 0) effects_.push_back(role_effect::grant{reader_, epoch});
}

// What was found a while ago is no reason to press: that read may have ended.
void session_roles::busy(steady_time now) {
  taking_ = taking::waiting;
  again_ = now + read_time;
  ++tries_;
  if (tries_ == tries_before_resume) effects_.push_back(role_effect::resume{reader_});
  if (tries_ == tries_before_kill) effects_.push_back(role_effect::kill{reader_});
}

void session_roles::expired(steady_time now) {
  if (taking_ != taking::waiting || now < again_) return;
  taking_ = taking::asked;
  effects_.push_back(role_effect::take{reader_});
}

std::optional<session_role_effect> session_roles::next_effect() {
  if (effects_.empty()) return std::nullopt;
  const auto first = effects_.front();
  effects_.pop_front();
  return first;
}

std::optional<steady_time> session_roles::deadline() const {
  return taking_ == taking::waiting ? std::optional(again_) : std::nullopt;
}

std::optional<std::uint32_t> session_roles::holder_reads() const {
  return reader_ == 0 && taking_ == taking::no ? std::optional(epoch_) : std::nullopt;
}

}  // namespace shim
