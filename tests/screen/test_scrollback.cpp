#include <vt/screen/scrollback.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <tests/catch.hpp>

namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

vt::pen in_color(unsigned n) {
  vt::pen p;
  p.foreground = vt::pen::indexed | n;
  return p;
}

vt::stretch narrow(std::string_view ascii, const vt::pen& look = {}, std::string_view link = {}) {
  const auto count = static_cast<std::uint32_t>(ascii.size());
  return {ascii, count, count, look, link};
}

vt::stretch blank(std::uint32_t columns, const vt::pen& look = {}) {
  return {{}, columns, 0, look, {}};
}

std::string encoded(const std::vector<vt::stretch>& row, bool wrapped = false) {
  vt::row_encoder encoder;
  for (const auto& s : row) encoder.add(s);
  return std::string(encoder.finish(wrapped));
}

// A line for people who read a failure: `text`/columns/glyphs, colour and link where there are any.
std::string told(std::string_view bytes) {
  std::string all;
  const vt::stored_row row(bytes);
  row.for_each([&all](const vt::stretch& s) {
    all += "[" + std::string(s.text) + "]" + std::to_string(s.columns) + "/" +
           std::to_string(s.glyphs);
    if (!s.look.plain())
      all += " pen " + std::to_string(s.look.attributes) + "," +
             std::to_string(s.look.foreground & 0xffffff) + "," +
             std::to_string(s.look.background & 0xffffff);
    if (!s.link.empty()) all += " link " + std::string(s.link);
    all += ' ';
  });
  return all + (row.wrapped() ? "wraps" : "ends");
}

std::string line(std::size_t i, std::size_t size) {
  auto text = std::to_string(i) + " ";
  text.resize(std::max(size, text.size()), 'x');
  return encoded({narrow(text)});
}

std::size_t number_of(vt::stored_row row) {
  std::size_t n = 0;
  row.for_each([&n](const vt::stretch& s) { n = std::stoul(std::string(s.text)); });
  return n;
}

}  // namespace

TEST_CASE("a row of plain text takes its text and one byte") {
  CHECK(encoded({narrow("make all")}).size() == 9);
  CHECK(encoded({narrow("make all"), blank(70)}).size() == 9);
  CHECK(encoded({blank(80)}).size() == 1);
}

TEST_CASE("a row is read back as it was written") {
  vt::pen all;
  all.attributes = 0x00f1ffff;
  all.foreground = vt::pen::direct | 0xffffff;
  all.background = vt::pen::indexed | 255;
  all.underline = vt::pen::direct;
  CHECK(told(encoded({})) == "ends");
  CHECK(told(encoded({narrow("ab")}, true)) == "[ab]2/2 wraps");
  CHECK(told(encoded({blank(3), narrow("b")})) == "[]3/0 [b]1/1 ends");
  CHECK(told(encoded({blank(3, in_color(1))})) == "[]3/0 pen 0,1,0 ends");
  CHECK(told(encoded({narrow("a", in_color(0)), narrow("b")})) == "[a]1/1 pen 0,0,0 [b]1/1 ends");
  CHECK(told(encoded({{"\u4e16\u754c", 4, 2, {}, {}}, narrow("x")})) ==
        "[\u4e16\u754c]4/2 [x]1/1 ends");
  CHECK(told(encoded({narrow("a"), {"e\u0301", 1, 1, {}, {}}, narrow("b")})) ==
        "[a]1/1 [e\u0301]1/1 [b]1/1 ends");
  CHECK(told(encoded({narrow("a", {}, "id=1;http://host/"), narrow("b")})) ==
        "[a]1/1 link id=1;http://host/ [b]1/1 ends");
  bool seen = false;
  const auto bytes = encoded({narrow("x", all)});
  vt::stored_row(bytes).for_each([&](const vt::stretch& s) { seen = s.look == all; });
  CHECK(seen);
}

TEST_CASE("rows are the same if their bytes are, however they were cut into stretches") {
  const auto red = in_color(1);
  CHECK(encoded({narrow("ab")}) == encoded({narrow("a"), narrow("b")}));
  CHECK(encoded({blank(2), blank(3), narrow("x")}) == encoded({blank(5), narrow("x")}));
  CHECK(encoded({narrow("a", red), blank(2, red)}) ==
        encoded({narrow("a", red), blank(1, red), blank(1, red)}));
  CHECK(encoded({narrow("a", red), narrow(""), blank(0, {}), narrow("b", red)}) ==
        encoded({narrow("ab", red)}));
  CHECK(encoded({narrow("a")}) != encoded({narrow("a")}, true));
}

TEST_CASE("an encoder that begins again forgets the row before") {
  vt::row_encoder encoder;
  encoder.add({"\u4e16", 2, 1, in_color(3), "id=1;http://host/"});
  encoder.add(blank(2, in_color(4)));
  encoder.begin();
  encoder.add(narrow("x"));
  CHECK(encoder.finish(false) == encoded({narrow("x")}));
}

TEST_CASE("the oldest rows go first when there are too many") {
  vt::scrollback history({.rows = 3, .bytes = mebibyte});
  for (std::size_t i = 0; i < 5; ++i) history.push(line(i, 10));
  REQUIRE(history.size() == 3);
  CHECK(number_of(history[0]) == 2);
  CHECK(number_of(history[2]) == 4);
}

TEST_CASE("and when their bytes are too many, wherever chunks end") {
  std::mt19937 random(1);
  vt::scrollback history({.rows = 100'000, .bytes = mebibyte / 2});
  for (std::size_t i = 0; i < 20'000; ++i) {
    const auto huge = random() % 50 == 0;
    history.push(line(i, random() % (huge ? 60'000 : 200)));
    REQUIRE(history.bytes_used() <= mebibyte / 2);
    REQUIRE(history.memory_used() <= history.bytes_used() + mebibyte / 16);
    REQUIRE(number_of(history[0]) == i + 1 - history.size());
    REQUIRE(number_of(history[history.size() / 2]) == i + 1 - history.size() + history.size() / 2);
    REQUIRE(number_of(history[history.size() - 1]) == i);
  }
}

TEST_CASE("a row beyond the limit leaves nothing, the next one is kept") {
  vt::scrollback history({.rows = 10, .bytes = 1000});
  history.push(line(1, 10));
  history.push(line(2, 2000));
  CHECK(history.size() == 0);
  CHECK(history.bytes_used() == 0);
  history.push(line(3, 10));
  REQUIRE(history.size() == 1);
  CHECK(number_of(history[0]) == 3);
}

TEST_CASE("what is kept does not depend on how rows fell into chunks") {
  std::mt19937 random(2);
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < 3000; ++i) rows.push_back(line(i, random() % 300));
  vt::scrollback other({.rows = 100'000, .bytes = 100'000});
  vt::scrollback same({.rows = 100'000, .bytes = 100'000});
  for (std::size_t i = 0; i < 1000; ++i) other.push(line(i, random() % 300));
  for (const auto& row : rows) other.push(row);
  for (const auto& row : rows) same.push(row);
  REQUIRE(other.size() == same.size());
  for (std::size_t i = 0; i < same.size(); ++i) REQUIRE(other[i] == same[i]);
}

TEST_CASE("the longest end within the limits is kept, and is never longer than it says") {
  std::mt19937 random(3);
  for (std::size_t trial = 0; trial < 300; ++trial) {
    const vt::scrollback_limits limits{random() % 30, random() % 300};
    vt::scrollback history(limits);
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < 60; ++i) {
      rows.push_back(line(i, random() % (trial % 3 * 30 + 3)));
      history.push(rows.back());
      const auto fits = [&](std::size_t count) {
        vt::scrollback alone(limits);
        for (auto at = rows.size() - count; at < rows.size(); ++at) alone.push(rows[at]);
        return alone.size() == count;
      };
      REQUIRE(fits(history.size()));
      REQUIRE((history.size() == rows.size() || !fits(history.size() + 1)));
      REQUIRE(history.size() <= history.max_size());
    }
  }
}

TEST_CASE("as many rows as it says may be kept") {
  const auto limits =
      GENERATE(values<vt::scrollback_limits>({{5, 1000}, {1000, 100}, {5, 5}, {0, 9}}));
  vt::scrollback history(limits);
  for (int i = 0; i < 1000; ++i) history.push(encoded({}));
  CHECK(history.size() == history.max_size());
}

TEST_CASE("a cleared scrollback holds no memory") {
  vt::scrollback history;
  for (std::size_t i = 0; i < 1000; ++i) history.push(line(i, 80));
  history.clear();
  CHECK(history.size() == 0);
  CHECK(history.bytes_used() == 0);
  CHECK(history.memory_used() == 0);
}

// A log and a listing in colour, sources, tables: up to 80 columns, half of them in colour.
TEST_CASE("10,000 typical lines of 80 columns take less than 3 MiB") {
  vt::scrollback history;
  vt::row_encoder encoder;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const auto number = std::to_string(i);
    encoder.begin();
    if (i % 2 == 0) {
      encoder.add(narrow("2024-05-01 12:30:00", in_color(2)));
      encoder.add(narrow(" "));
      encoder.add(narrow("WARNING", in_color(3)));
      encoder.add(narrow(" "));
      encoder.add(narrow("server.cpp", in_color(6)));
      encoder.add(narrow(":"));
      encoder.add(narrow(number, in_color(5)));
      encoder.add(narrow(" connection reset by the other side"));
    } else {
      encoder.add(narrow("  for (const auto& each : all) std::fputs(each.c_str(), stdout); // "));
      encoder.add(narrow(number));
      encoder.add(blank(6));
    }
    history.push(encoder.finish(false));
  }
  REQUIRE(history.size() == 10'000);
  CHECK(history.bytes_used() < 3 * mebibyte);
  CHECK(history.memory_used() < 3 * mebibyte);
}
