#include <shim/core/escape_filter.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/escape_model.hpp>
#include <tests/support/vectors.hpp>

namespace {

struct outcome {
  std::string sent;
  std::string acted;

  bool operator==(const outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& o) {
  return out << '"' << o.sent << "\" acted " << o.acted;
}

// One read of the terminal. After a disconnect nothing is sent or done any more.
void read_once(shim::escape_filter& filter, std::string_view typed, outcome& so_far) {
  while (const auto event = filter.next(typed)) {
    if (so_far.acted.ends_with('.')) continue;
    if (const auto* text = std::get_if<shim::forward>(&*event)) {
      so_far.sent += text->bytes;
    } else {
      so_far.acted += std::get<shim::command>(*event).what->key;
    }
  }
}

outcome in_pieces(shim::escape_char escape, std::string_view typed, std::size_t size) {
  const shim::escape_keys keys;
  shim::escape_filter filter(escape, keys);
  outcome all;
  for (; !typed.empty(); typed.remove_prefix(std::min(size, typed.size())))
    read_once(filter, typed.substr(0, size), all);
  return all;
}

outcome cut_at(shim::escape_char escape, std::string_view typed, std::size_t cut) {
  const shim::escape_keys keys;
  shim::escape_filter filter(escape, keys);
  outcome all;
  read_once(filter, typed.substr(0, cut), all);
  read_once(filter, typed.substr(cut), all);
  return all;
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

outcome of_model(shim::escape_char escape, std::string_view typed) {
  test::escape_model model{escape.none() ? -1 : escape.byte(), std::string(test::ssh_keys),
                           std::string(test::own_keys)};
  for (const char byte : typed)
    if (!model.acted.ends_with('.')) model.type(byte);
  return {model.sent, model.acted};
}

// Bytes that matter to the rule, often; any other, seldom.
std::string random_typing(std::mt19937& random) {
  static constexpr std::string_view likely = "~~~~\r\r\n.?#BRvVC&IDLx \x1b\xff";
  std::string typed(random() % 24, '\0');
  for (auto& byte : typed)
    byte = random() % 8 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
  return typed;
}

}  // namespace

TEST_CASE("escapes act as ssh's do, however reads are cut") {
  for (const auto& row : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/escapes.txt")) {
    CAPTURE(row[0], row[1], row[2]);
    REQUIRE(row.size() >= 5);
    const auto spelling = row[1].size() > 1 && row[1][0] == '\\' ? test::unescaped(row[1]) : row[1];
    const auto escape = shim::parse_escape_char(spelling);
    REQUIRE(escape);
    const auto typed = test::unescaped(row[2]);
    const outcome expected{test::unescaped(row[3]), test::unescaped(without_blanks(row[4]))};
    for (std::size_t cut = 0; cut <= typed.size(); ++cut)
      CHECK(cut_at(*escape, typed, cut) == expected);
    CHECK(in_pieces(*escape, typed, 1) == expected);
    CHECK(in_pieces(*escape, typed, 2) == expected);
  }
}

TEST_CASE("escapes agree with a byte-at-a-time model of ssh on random typing and cuts") {
  std::mt19937 random(20230913);
  static constexpr std::string_view escapes = "~~~~.#D\r\x01\xff";
  for (int round = 0; round < 100'000; ++round) {
    const auto typed = random_typing(random);
    const shim::escape_char escape(static_cast<unsigned char>(escapes[random() % escapes.size()]));
    const auto expected = of_model(escape, typed);
    if (in_pieces(escape, typed, 1 + random() % 5) == expected) continue;
    CAPTURE(round, typed, escape.byte());
    CHECK(in_pieces(escape, typed, 1) == expected);
    CHECK(in_pieces(escape, typed, typed.size() + 1) == expected);
    FAIL("pieces differ");
  }
}

TEST_CASE("only a byte that may begin an escape is held back") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  std::string_view typed = "ls\r~";
  const auto event = filter.next(typed);
  REQUIRE(event);
  CHECK(std::get<shim::forward>(*event).bytes == "ls\r");
  CHECK_FALSE(filter.next(typed));
  CHECK(filter.holds_back());
}

TEST_CASE("forwarded bytes are the ones given, not copies") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  const std::string typed = "make -j2\r";
  std::string_view rest = typed;
  const auto event = filter.next(rest);
  CHECK(std::get<shim::forward>(*event).bytes.data() == typed.data());
}

TEST_CASE("a reset filter is at a line start and has forgotten what it held") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  outcome all;
  read_once(filter, "x\r~", all);
  filter.reset();
  read_once(filter, ".", all);
  filter.reset();
  read_once(filter, "~.", all);
  CHECK(all == outcome{"x\r.", "."});
}
