#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>

namespace {

struct counted : vt::line_sink {
  std::vector<std::string> lines;
  void push(const vt::row_view& row, int, const vt::cell_tables& tables) override {
    lines.push_back(test::text_of(row, tables));
  }
  void clear() override {}
};

}  // namespace

TEST_CASE("sizes are clamped") {
  vt::screen s(0, -5);
  CHECK(s.rows() == 1);
  CHECK(s.columns() == 2);
  s.resize(1 << 30, 1 << 30);
  CHECK(s.rows() == vt::screen::max_rows);
  CHECK(s.columns() == vt::screen::max_cells / vt::screen::max_rows);
  s.resize(1, 1 << 30);
  CHECK(s.columns() == vt::screen::max_columns);
}

TEST_CASE("fewer rows keep the cursor's, and hand on those above") {
  counted sink;
  vt::screen s(4, 10, &sink);
  s.feed("1\r\n2\r\n3\r\n4");
  s.resize(2, 10);
  CHECK(test::text_of(s) == "3\n4");
  CHECK(s.cursor() == vt::cursor_position{1, 1, false});
  CHECK(sink.lines == std::vector<std::string>{"1", "2"});
}

TEST_CASE("fewer rows take the empty ones below the cursor first") {
  counted sink;
  vt::screen s(4, 10, &sink);
  s.feed("1\r\n2");
  s.resize(2, 10);
  CHECK(test::text_of(s) == "1\n2");
  CHECK(sink.lines.empty());
}

TEST_CASE("the primary screen keeps its prompt while the alternate one is resized") {
  counted sink;
  vt::screen s(4, 10, &sink);
  s.feed("1\r\n2\r\n3\r\nprompt\x1b[?1049h\x1b[Hvim");
  s.resize(2, 10);
  CHECK(test::text_of(s) == "vim");
  CHECK(test::text_of(s, s.primary()) == "3\nprompt");
  CHECK(sink.lines == std::vector<std::string>{"1", "2"});
  s.feed("\x1b[?1049l");
  CHECK(s.cursor() == vt::cursor_position{1, 6, false});
}

TEST_CASE("more rows and columns are empty, with tab stops") {
  vt::screen s(2, 10);
  s.feed("0123456789ab");
  s.resize(4, 20);
  CHECK(test::text_of(s) == "0123456789\nab");
  CHECK(s.tab_stop(16));
  s.feed("\x1b[4;20HX");
  CHECK(test::text_of(s) == "0123456789\nab\n\n                   X");
}

TEST_CASE("a wide character at the new edge becomes a space") {
  vt::screen s(2, 10);
  s.feed("\u4e16\u754c");
  s.resize(2, 3);
  CHECK(test::text_of(s) == "\u4e16");
  CHECK(test::broken_law(s) == "");
}

TEST_CASE("margins are undone") {
  vt::screen s(10, 10);
  s.feed("\x1b[5;9r\x1b[?69h\x1b[3;8s");
  s.resize(4, 4);
  CHECK(s.margins().first == 0);
  CHECK(s.margins().last == 4);
  CHECK(s.margins().right == 4);
}
