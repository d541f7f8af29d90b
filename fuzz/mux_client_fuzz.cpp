// A mux client and a scripted master under any order of events: two bytes an event, what and how
// much.
//   A request is answered once at most, by a reply that has its number, after a hello; a client
//   that waits has a deadline, which is never longer off than its patience; after the first failure
//   nothing changes.
#include <shim/core/mux_client.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <fuzz/check.hpp>

namespace {

using namespace std::chrono_literals;
using namespace shim::mux_message;
using shim::mux_failure;

constexpr auto patience = 2s;

struct world {
  shim::mux_client client{patience};
  shim::steady_time now{};
  std::uint32_t asked = 0;  // so many; the last one's number
  bool open = false;        // the last one waits
  bool greeted = false;
  std::optional<shim::steady_time> due;
  std::optional<mux_failure> failed;

  world() {
    client.begin(now);
    due = now + patience;
  }

  void fail(mux_failure why) {
    if (!failed) failed = why;
    open = false;
    due.reset();
  }

  // The master's; `number`: of the request that it is an answer to, if it is one.
  template <class Message>
  void say(const Message& what, std::optional<std::uint32_t> number) {
    const auto bytes = shim::encode(what);
    std::string_view rest = bytes;
    const auto answer =
        client.received(std::get<shim::frame>(shim::take_frame(rest, shim::max_mux_frame)));
    if (!failed && !greeted) fail(mux_failure::nonsense);
    const bool wanted = !failed && open && number == asked;
    CHECK(answer.has_value() == wanted);
    if (wanted) {
      open = false;
      due.reset();
    }
  }

  void greet(std::uint32_t version) {
    const bool first = !greeted && !failed;
    if (!failed) greeted = true;
    const bool waits = open;
    if (first && version != shim::mux_protocol_version) {
      fail(mux_failure::other_version);
    } else if (first && !waits) {
      due.reset();
    }
    const auto bytes = shim::encode(hello{version, {}});
    std::string_view rest = bytes;
    CHECK(!client.received(std::get<shim::frame>(shim::take_frame(rest, shim::max_mux_frame))));
  }

  void ask() {
    if (open || failed) return;
    const auto bytes = client.ask(alive_check{}, now);
    CHECK(bytes == shim::encode(alive_check{++asked}));
    open = true;
    due = now + patience;
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    if (due && now >= *due) fail(mux_failure::silent);
    client.expired(now);
  }

  void happen(std::uint8_t what, std::uint8_t amount) {
    switch (what % 10) {
      case 0: ask(); break;
      case 1: greet(shim::mux_protocol_version); break;
      case 2: greet(amount); break;
      case 3: say(ok{asked}, asked); break;
      case 4: say(alive{amount, 1}, amount); break;
      case 5: say(failure{asked, "no"}, asked); break;
      case 6: say(exit_message{asked, amount}, {}); break;
      case 7:
        CHECK(!client.received({alive::type, "ab"}));
        fail(mux_failure::nonsense);
        break;
      case 8:
        client.closed();
        fail(mux_failure::closed);
        break;
      default: pass(amount * 10ms);
    }
    look();
  }

  void look() {
    CHECK(client.waits() == open);
    CHECK(client.failed() == failed);
    CHECK(client.deadline() == due);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  world w;
  for (std::size_t at = 0; at + 1 < size; at += 2) w.happen(data[at], data[at + 1]);
  return 0;
}
