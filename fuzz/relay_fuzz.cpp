// The relay under any order of events: two bytes an event, what and how much.
//   Whatever comes, it keeps to its word: output reaches the terminal whole and in order, typed
//   bytes reach ssh as ssh's own rule would have it, nothing happens after the end, no deadline
//   lies in the past, `~.` ends within half a second, and the terminal is left as it was.
#include <shim/core/relay.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <tests/support/escape_model.hpp>
#include <vt/stream/journal.hpp>

namespace {

using namespace std::chrono_literals;
using shim::line_mode;

constexpr unsigned char private_byte = 0xff;

shim::relay_options some_options(std::uint8_t choice) {
  shim::relay_options options;
  if ((choice & 1) != 0) options.private_escape = shim::escape_char(private_byte);
  if ((choice & 2) != 0) options.timeout = 3s;
  if ((choice & 4) != 0) options.idle_timeout = 1s;
  if ((choice & 8) != 0) options.kill_after = 0ms;
  options.ssh_has_info = (choice & 16) != 0;
  if ((choice & 32) != 0) options.session = "held";
  options.host = "host";
  return options;
}

class world {
 public:
  explicit world(std::uint8_t choice)
      : stuffed_((choice & 1) != 0), relay_(some_options(choice), now_) {}

  void happen(std::uint8_t what, std::uint8_t amount) {
    if (what >= first_of_holder) return happen_to_holder(what, amount);
    switch (what % 13) {
      case 0: return type(amount, line_mode::raw);
      case 1: return type(amount, line_mode::cooked);
      case 2: return type(amount, line_mode::secret);
      case 3: return print(amount);
      case 4: return show(amount);
      case 5: return send(amount);
      case 6: return relay_.resized({24, amount, 0, 0});
      case 7: return signal(static_cast<shim::ssh_signal>(amount % 4));
      case 8: return end_ssh(amount);
      case 9: return pass(std::chrono::milliseconds(amount * 4));
      case 10: return relay_.stop_asked();
      case 11: return relay_.resumed({24, amount, 0, 0}, now_);
      default:
        if (amount == 0) lose_terminal();
    }
  }

  void look() {
    while (const auto next = relay_.next_effect()) {
      CHECK(!finished_);
      finished_ = std::holds_alternative<shim::effect::finish>(*next);
    }
    const auto due = relay_.deadline();
    CHECK(!due || *due >= now_);
    CHECK(!finished_ || !due);
    CHECK(!due_by_ || finished_ || now_ <= *due_by_);
    CHECK(relay_.output_room() <= shim::relay::output_bound);
  }

  void finish() {
    if (clean_) {
      send(0xff);
      check_sent();
    }
    // Nothing but time passes after `~.`: it ends.
    while (due_by_ && !finished_ && relay_.deadline()) pass(100ms);
    CHECK(!due_by_ || finished_);
    leave();
  }

  // Whatever happened, the closing text leaves a terminal in which nothing is switched on.
  void leave() {
    if (lost_) return;
    screen_.feed(relay_.closing_text());
    CHECK(screen_ == vt::journal{});
  }

 private:
  static constexpr std::uint8_t first_of_holder = 208;

  void happen_to_holder(std::uint8_t what, std::uint8_t amount) {
    switch (what % 6) {
      case 0: return print_elsewhere(amount);
      case 1: return show_again(amount);
      case 2: return leave_out();
      case 3: return relay_.renamed("play");
      case 4: return paint(amount);
      default: return relay_.no_longer_held();
    }
  }

  static constexpr std::string_view alphabet =
      "~~~..\r\r\n?BRD\x1a\xff"
      "ab\xff";

  // Sequences of all kinds, and a character of two bytes.
  static constexpr std::string_view printing =
      "abc\x1b[?1049h\x1b[1;31mdef\x1b]0;title\x1b\\ghi\x1b[?1000hjkl\xc3\xa4mno\x1b[?1049lpqr\r\n";

  void type(std::uint8_t amount, line_mode mode) {
    const std::string bytes(1 + amount / alphabet.size(), alphabet[amount % alphabet.size()]);
    relay_.typed(bytes, mode, now_);
    if (mode == line_mode::secret) return forget_line();
    user_.type(bytes);
    // What a command prints or hands over is the unit tests' matter.
    if (!user_.acted.empty()) clean_ = false;
    if (disconnected() && !due_by_) due_by_ = now_ + 500ms;
  }

  // A password: no escapes in it, and a fresh line after it.
  void forget_line() {
    clean_ = false;
    user_.newline = true;
    user_.pending = false;
  }

  bool disconnected() { return user_.acted.find('.') != std::string::npos; }

  void print(std::uint8_t amount) {
    if (gone_) return;
    std::string bytes(std::min<std::size_t>(amount * 37, relay_.output_room()), 'o');
    for (auto& byte : bytes) byte = printing[printed_++ % printing.size()];
    if (bytes.empty()) return;
    const auto kept = relay_.output(bytes, now_);
    CHECK(kept == bytes.size() || kept == 0);
    output_.append(bytes, 0, kept);
  }

  // Another process has read it into the ring.
  void print_elsewhere(std::uint8_t amount) {
    if (gone_) return;
    for (int i = 0; i < amount; ++i) output_ += printing[printed_++ % printing.size()];
    relay_.output_elsewhere(output_.size(), now_);
  }

  // A head that is known already says nothing new.
  void show_again(std::uint8_t amount) {
    relay_.output_elsewhere(output_.size() - std::min<std::size_t>(output_.size(), amount), now_);
  }

  // Whatever was on its way to the terminal, the picture is next, and then what comes after it.
  void paint(std::uint8_t amount) {
    if (finished_) return;
    using canvas = shim::relay::canvas;
    const auto on = amount % 2 == 0 ? canvas::fresh : canvas::used;
    const std::string picture(printing.substr(amount % printing.size()));
    shown_ = output_.size() - std::min<std::size_t>(output_.size(), amount);
    painting_ = relay_.leave_text() + (on == canvas::used ? "\x1b[H\x1b[J" : "") + picture;
    relay_.paint(picture, shown_, on);
  }

  void leave_out() {
    clean_ = false;
    relay_.left_out("elsewhere", now_);
  }

  void show(std::uint8_t amount) {
    const auto piece = relay_.terminal();
    if (!painting_.empty()) return show_picture(piece.text, amount);
    if (!piece.text.empty()) return show_text(piece.text.substr(0, amount));
    CHECK(piece.from == shown_);
    CHECK(piece.from + piece.size <= output_.size());
    const auto count = std::min<std::size_t>(piece.size, amount);
    const auto bytes = std::string_view(output_).substr(shown_, count);
    shown_ += count;
    screen_.feed(bytes);
    if (count != 0) relay_.shown(bytes, now_);
  }

  void show_picture(std::string_view text, std::uint8_t amount) {
    CHECK(text == painting_);
    text = text.substr(0, amount);
    if (text.empty()) return;
    screen_.feed(text);
    relay_.shown(painting_.substr(0, amount), now_);
    painting_.erase(0, amount);
  }

  // A line of ours: never in the midst of a sequence, but after a CAN.
  void show_text(std::string_view text) {
    if (text.empty()) return;
    screen_.feed(text.substr(0, 1) == "\x18" ? text.substr(0, 1) : "");
    CHECK(screen_.at_ground());
    relay_.shown(text, now_);
  }

  void send(std::uint8_t amount) {
    const auto bytes = relay_.for_ssh();
    const auto count = std::min<std::size_t>(bytes.size(), amount * 64);
    sent_ += bytes.substr(0, count);
    if (count != 0) relay_.sent(count);
  }

  void check_sent() {
    if (!relay_.for_ssh().empty()) return;
    test::escape_model ssh{private_byte, std::string(test::ssh_keys) + "I"};
    ssh.type(sent_);
    CHECK((stuffed_ ? ssh.sent : sent_) == user_.sent);
  }

  void end_ssh(std::uint8_t status) {
    clean_ = false;
    if (!gone_) relay_.ssh_ended(shim::child_status{shim::child_status::how::exited, status}, now_);
    gone_ = true;
    if (status % 2 == 0) relay_.pty_drained();
  }

  void signal(shim::ssh_signal number) {
    clean_ = false;
    relay_.signalled(number, now_);
  }

  void lose_terminal() {
    clean_ = false;
    lost_ = true;
    relay_.terminal_gone(now_);
  }

  // The loop calls expired() when a deadline is reached, never later than that.
  void pass(std::chrono::milliseconds time) {
    const auto until = now_ + time;
    for (auto due = relay_.deadline(); due && *due <= until; due = relay_.deadline()) {
      clean_ = false;
      now_ = std::max(now_, *due);
      relay_.expired(now_);
      look();
    }
    now_ = until;
  }

  bool stuffed_;
  shim::steady_time now_{};
  shim::relay relay_;
  test::escape_model user_{'~', std::string(test::ssh_keys), std::string(test::own_keys)};
  std::optional<shim::steady_time> due_by_;
  std::string output_;
  std::string painting_;  // what the terminal has not taken of a picture
  std::string sent_;
  std::size_t printed_ = 0;
  std::uint64_t shown_ = 0;
  bool clean_ = true;  // nothing happened yet that lets typed bytes end elsewhere than at ssh
  bool gone_ = false;
  bool finished_ = false;
  bool lost_ = false;
  vt::journal screen_;  // of what the terminal got
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  world w(data[0]);
  for (std::size_t at = 1; at + 1 < size; at += 2) {
    w.happen(data[at], data[at + 1]);
    w.look();
  }
  w.finish();
  return 0;
}
