// The reset against a second emulator: what tmux itself says of its modes and its cursor.
#include <vt/stream/reset.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/deadline.hpp>
#include <tests/support/output_grammar.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/tmux.hpp>

using namespace test;

namespace {

constexpr const char* modes =
    "#{mouse_any_flag} #{mouse_standard_flag} #{mouse_button_flag} #{mouse_all_flag} "
    "#{mouse_sgr_flag} #{mouse_utf8_flag} alternate #{alternate_on} keypad #{keypad_flag} "
    "#{keypad_cursor_flag} insert #{insert_flag} origin #{origin_flag} wrap #{wrap_flag} "
    "cursor #{cursor_flag} #{cursor_shape} region #{scroll_region_upper} #{scroll_region_lower}";
constexpr const char* cursor = "#{cursor_x},#{cursor_y}";
constexpr const char* saved_cursor = "#{alternate_saved_x},#{alternate_saved_y}";

// A window that shows exactly the bytes it is given: cat without the line discipline, fed by a
// fifo. It is open for reading here, too, so that opening it waits for nobody.
class shown_in_tmux {
 public:
  // What was saved in rounds before would come back in one that only restores.
  void forget_saved_cursors() { show("\x1b[?1049h\x1b[?1049l\0337"); }

  void show(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(fifo_.fd, bytes.data(), bytes.size());
      REQUIRE(written > 0);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // Once tmux has taken all that was shown, which a title after it tells. It ends what is
  // unfinished.
  void settle() {
    const auto title = "taken " + std::to_string(++settled_);
    show("\x1b]2;" + title + "\x1b\\");
    const deadline end(patience);
    while (window_.format("#{pane_title}") != title) {
      REQUIRE_FALSE(end.passed());
      ::poll(nullptr, 0, 1);
    }
  }

  std::string format(const char* what) { return window_.format(what); }
  std::string screen(const std::vector<std::string>& words = {}) { return window_.screen(words); }

 private:
  struct fifo {
    explicit fifo(const std::string& path) {
      REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
      fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
      REQUIRE(fd >= 0);
    }
    fifo(const fifo&) = delete;
    fifo& operator=(const fifo&) = delete;
    ~fifo() { ::close(fd); }
    int fd;
  };

  temp_dir dir_;
  fifo fifo_{dir_ / "shown"};
  tmux window_{{"sh", "-c", "stty raw -echo; exec cat '" + dir_ / "shown" + "'"}};
  int settled_ = 0;
};

// tmux counts a wrap that is still to come as a column of its own, and does not save it with the
// cursor, as others do.
std::string in_last_column(std::string place) {
  return place.starts_with("80,") ? "79" + place.substr(2) : place;
}

// Where the cursor has to be after the reset.
std::string place_kept(shown_in_tmux& window, const vt::journal& j, std::string_view undo) {
  if (undo.find("\x1b[999;1H") != undo.npos) return "0,23";
  return in_last_column(window.format(j.state().alternate == 1049 ? saved_cursor : cursor));
}

}  // namespace

TEST_CASE("tmux is as before after the reset of whatever was shown in it") {
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  shown_in_tmux window;
  std::mt19937 random(1987);
  const output_grammar grammar(true);
  window.settle();
  const auto before = window.format(modes);
  int changed = 0;
  for (int round = 0; round < 40; ++round) {
    vt::journal j;
    const auto shown = grammar(random, 3 + random() % 25);
    j.feed(shown);
    window.forget_saved_cursors();
    window.show(shown);
    window.settle();
    const auto undo = vt::reset(j);
    CAPTURE(round, shown, undo);
    changed += window.format(modes) != before;
    const auto place = place_kept(window, j, undo);
    const auto screen = window.screen();

    window.show(undo);
    window.settle();
    CHECK(window.format(modes) == before);
    CHECK(in_last_column(window.format(cursor)) == place);
    if (!j.alternate_screen() && !j.state().values.maybe_alternate)
      CHECK(window.screen() == screen);

    window.show("\x1b[H\x1b[2Jplain");
    window.settle();
    CHECK(window.screen({"-e"}) == "plain");
  }
  CHECK(changed > 20);
}

TEST_CASE("tmux is as before after the reset of a stream that was cut off") {
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  shown_in_tmux window;
  std::mt19937 random(1989);
  const output_grammar grammar(true);
  window.settle();
  const auto before = window.format(modes);
  for (int round = 0; round < 20; ++round) {
    vt::journal j;
    auto shown = grammar(random, 3 + random() % 25);
    do shown.pop_back();
    while (!shown.empty() && random() % 4 != 0);
    j.feed(shown);
    CAPTURE(round, shown, vt::reset(j));
    window.forget_saved_cursors();
    window.show(shown);
    window.show(vt::reset(j));
    window.show("\x1b[H\x1b[2Jplain");
    window.settle();
    CHECK(window.format(modes) == before);
    CHECK(window.screen({"-e"}) == "plain");
  }
}
