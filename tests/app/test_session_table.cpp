#include <csignal>
#include <vector>

#include <shim/app/session_table.hpp>
#include <tests/app/listed.hpp>
#include <tests/catch.hpp>
#include <tests/support/text.hpp>

using namespace std::chrono_literals;
using shim::app::client_table;
using shim::app::plain_client;
using shim::app::session_table;
using shim::app::short_time;
using shim::app::state_word;
using shim::app::state_words;
using shim::app::table_style;
using shim::hold::session_info;
using test::listed;

namespace {

std::vector<std::string> lines_of(const std::string& table) {
  auto lines = test::split(table, '\n');
  REQUIRE(!lines.empty());
  CHECK(lines.back().empty());  // each line has an end
  lines.pop_back();
  return lines;
}

session_info ended(std::uint32_t how, std::uint32_t value) {
  auto one = listed("a");
  one.numbers.state = 4;
  one.numbers.end_how = how;
  one.numbers.end_value = value;
  return one;
}

session_info shown(std::uint32_t clients) {
  auto one = listed("a");
  one.numbers.state = 1;
  one.numbers.clients = clients;
  return one;
}

}  // namespace

TEST_CASE("a time is told in the unit that says enough", "[session_table]") {
  CHECK(short_time(-3s) == "0 s");
  CHECK(short_time(0s) == "0 s");
  CHECK(short_time(119s) == "119 s");
  CHECK(short_time(2min) == "2 min");
  CHECK(short_time(119min + 59s) == "119 min");
  CHECK(short_time(2h) == "2 h");
  CHECK(short_time(47h + 59min) == "47 h");
  CHECK(short_time(48h) == "2 d");
}

TEST_CASE("a state is one word for programs, and more for people", "[session_table]") {
  auto left = listed("a");
  left.numbers.state = 3;
  auto given_up = left;
  given_up.numbers.ends = test::seconds_ago(-23h + 10s);
  auto kept = ended(1, 3);
  kept.numbers.ends = given_up.numbers.ends;
  struct row {
    session_info of;
    std::string word, words;
  };
  for (const auto& each :
       {row{listed("a"), "detached", "detached"}, row{shown(1), "attached", "attached"},
        row{shown(3), "attached", "attached 3x"}, row{left, "left behind", "left behind"},
        row{given_up, "left behind", "left behind, ends in 23 h"},
        row{ended(1, 0), "ended", "exited 0"}, row{kept, "ended", "exited 3, kept for 23 h"},
        row{ended(2, SIGKILL), "ended", "SIGKILL"}, row{ended(2, 63), "ended", "signal 63"},
        row{test::mute("a"), "not answering", "not answering"}}) {
    CHECK(state_word(each.of) == each.word);
    CHECK(state_words(each.of) == each.words);
  }
}

TEST_CASE("no session is no table", "[session_table]") {
  CHECK(session_table({}, table_style::coloured).empty());
  CHECK(session_table({}, table_style::plain).empty());
  CHECK(client_table({}, table_style::uncoloured).empty());
}

TEST_CASE("columns stand under their headings, whatever language a name is in", "[session_table]") {
  const auto table = session_table({listed("a"),
                                    listed("B\xc3\xbc"
                                           "cher"),
                                    test::mute("c")},
                                   table_style::uncoloured);
  const auto lines = lines_of(table);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "NAME    HOST  STATE          CLIENTS  PID   SIZE   SINCE  IDLE");
  CHECK(lines[1] == "a       far   detached       0        1234  80x24  3 h    5 min");
  CHECK(lines[2] ==
        "B\xc3\xbc"
        "cher  far   detached       0        1234  80x24  3 h    5 min");
  CHECK(lines[3] == "c       -     not answering  -        -     -      -      -");
}

TEST_CASE("agent, title and directory are columns where a session has one", "[session_table]") {
  auto one = listed("a");
  one.numbers.has_agent = 1;
  one.title = "vi";
  one.directory = "/srv";
  const auto lines = lines_of(session_table({one, listed("b")}, table_style::uncoloured));
  CHECK(lines[0] ==
        "NAME  HOST  STATE     CLIENTS  PID   SIZE   SINCE  IDLE   AGENT      TITLE  DIRECTORY");
  CHECK(lines[1] ==
        "a     far   detached  0        1234  80x24  3 h    5 min  forwarded  vi     /srv");
  CHECK(lines[2] ==
        "b     far   detached  0        1234  80x24  3 h    5 min  -          -      -");
}

TEST_CASE("of a directory that was told as a URI people are shown the path", "[session_table]") {
  struct row {
    const char *told, *shown;
  };
  for (const auto& each : {row{"file://web/srv/www", "/srv/www"}, row{"file:///", "/"},
                           row{"file://web", "file://web"}, row{"/srv", "/srv"}}) {
    auto one = listed("a");
    one.directory = each.told;
    const auto shown = session_table({one}, table_style::uncoloured);
    CHECK(shown.ends_with("  " + std::string(each.shown) + "\n"));
    const auto plain = session_table({one}, table_style::plain);
    CHECK(plain.ends_with("\t" + std::string(each.told) + "\n"));
  }
}

TEST_CASE("a table for a terminal is cut to its width, where most can be spared",
          "[session_table]") {
  auto one = listed("a", "");
  one.command = "tail -f /var/log/a-long-name.log";
  one.title = "a title of some length";
  one.directory = "/home/somebody/in/a/directory";
  const auto whole = session_table({one, listed("b")}, table_style::uncoloured);
  CHECK(session_table({one, listed("b")}, table_style::uncoloured, 200) == whole);
  for (const std::size_t width : {130, 120, 100, 90}) {
    CAPTURE(width);
    const auto lines = lines_of(session_table({one, listed("b")}, table_style::uncoloured, width));
    REQUIRE(lines.size() == 3);
    for (const auto& line : lines) CHECK(line.size() <= width);
    CHECK(lines[0].size() <= lines[1].size());
    CHECK(lines[1].starts_with("a     tail"));
    CHECK(lines[1].find("...  detached  0        1234  80x24  3 h    5 min  ") != lines[1].npos);
    CHECK(lines[2].starts_with("b     far "));
  }
  // What is fixed is never cut.
  const auto narrow = lines_of(session_table({listed("a")}, table_style::uncoloured, 20));
  CHECK(narrow[1] == "a     far   detached  0        1234  80x24  3 h    5 min");
}

TEST_CASE("a table for scripts is never cut", "[session_table]") {
  auto one = listed("a", "");
  one.command = "tail -f /var/log/a-long-name.log";
  CHECK(session_table({one}, table_style::plain, 20) == session_table({one}, table_style::plain));
}

TEST_CASE("a character that is cut is cut whole, and colours stay", "[session_table]") {
  auto one = listed("a");
  for (int i = 0; i < 30; ++i) one.title += "\xc3\xbc";
  const auto lines = lines_of(session_table({one}, table_style::coloured, 80));
  std::string title;
  for (int i = 0; i < 19; ++i) title += "\xc3\xbc";
  CHECK(lines[1].find("\x1b[33mdetached\x1b[m  ") != lines[1].npos);
  CHECK(lines[1].ends_with("  " + title + "..."));
}

TEST_CASE("what runs stands where there is no host", "[session_table]") {
  auto one = listed("a", "");
  one.command = "htop -d 5";
  CHECK(
      lines_of(session_table({one}, table_style::uncoloured))[1].starts_with("a     htop -d 5  "));
}

TEST_CASE("a plain table has all its cells, and nothing else", "[session_table]") {
  auto one = shown(2);
  one.numbers.since = 1'700'000'000;
  one.numbers.active = 1'700'000'100;
  const auto lines = lines_of(session_table({one, test::mute("b c")}, table_style::plain));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "a\tfar\tattached\t2\t1234\t80x24\t1700000000\t1700000100\t-\t-\t-");
  CHECK(lines[1] == "b c\t-\tnot answering\t-\t-\t-\t-\t-\t-\t-\t-");
}

TEST_CASE("what comes from outside changes neither terminal nor table", "[session_table]") {
  auto one = listed("a", "\x1b]2;x\x07\n");
  one.title = "one\ttwo\x1b[31m\r\nthree";
  one.directory = "\xff\xc2\x9b";
  for (const auto style : {table_style::uncoloured, table_style::plain}) {
    const auto table = session_table({one}, style);
    const bool plain = style == table_style::plain;
    CHECK(lines_of(table).size() == (plain ? 1u : 2u));
    CHECK(table.find('\x1b') == std::string::npos);
    CHECK(table.find('\r') == std::string::npos);
    CHECK(table.find("\xc2\x9b") == std::string::npos);
    if (plain) CHECK(test::split(lines_of(table)[0], '\t').size() == 11);
  }
}

TEST_CASE("a long title is cut", "[session_table]") {
  auto one = listed("a");
  one.title = std::string(1000, 'x');
  CHECK(session_table({one}, table_style::uncoloured).size() < 400);
}

TEST_CASE("colours are the state's, and take no room", "[session_table]") {
  struct row {
    session_info of;
    std::string coloured;
  };
  for (const auto& each :
       {row{listed("a", "detached"), "\x1b[33mdetached\x1b[m"},
        row{shown(1), "\x1b[32mattached\x1b[m"}, row{ended(1, 3), "\x1b[2mexited 3\x1b[m"},
        row{test::mute("a"), "\x1b[31mnot answering\x1b[m"}}) {
    const auto bare = session_table({each.of}, table_style::uncoloured);
    auto table = session_table({each.of}, table_style::coloured);
    const auto at = table.find(each.coloured);
    REQUIRE(at != std::string::npos);
    CHECK(at - table.rfind('\n', at) == bare.find("STATE") + 1);
    table.replace(at, each.coloured.size(), std::string(state_words(each.of)));
    CHECK(table == bare);
  }
}

TEST_CASE("plain clients have a table of their own", "[session_table]") {
  const std::vector<plain_client> clients = {{77, "me@far", "/dev/pts/3", "ssh me@far"},
                                             {78, "", "", "ssh: /tmp/x [mux]"}};
  const auto lines = lines_of(client_table(clients, table_style::uncoloured));
  CHECK(lines[0] == "PLAIN SSH  TERMINAL    PID  COMMAND");
  CHECK(lines[1] == "me@far     /dev/pts/3  77   ssh me@far");
  CHECK(lines[2] == "-          -           78   ssh: /tmp/x [mux]");
  CHECK(client_table(clients, table_style::plain) ==
        "me@far\t/dev/pts/3\t77\tssh me@far\n-\t-\t78\tssh: /tmp/x [mux]\n");
}
