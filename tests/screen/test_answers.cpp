// What is asked of a terminal when none is there: the reader that meets the queries, the screen
// that knows the numbers, and the replies they make together.
#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/answers_model.hpp>
#include <tests/support/query_grammar.hpp>
#include <tests/support/screen_grammar.hpp>
#include <tests/support/text.hpp>
#include <tests/support/vectors.hpp>

TEST_CASE("what is replied is what the vectors say, at any cut") {
  for (const auto& row : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/answers.txt")) {
    REQUIRE(row.size() == 4);
    const auto written = test::unescaped(row[0]);
    for (std::size_t cut = 0; cut < written.size(); ++cut) {
      CAPTURE(row[0], cut);
      test::unattended all(24, 80);
      all.write(written.substr(0, cut));
      all.write(written.substr(cut));
      REQUIRE(test::escaped(all.replied) == test::escaped(test::unescaped(row[1])));
    }
  }
}

TEST_CASE("no cut changes what is asked, where, nor what the screen says to it") {
  std::mt19937 random(1);
  std::size_t asked = 0;
  for (int round = 0; round < 600; ++round) {
    const auto output = test::asking_output(random, 1 + random() % 24);
    CAPTURE(test::escaped(output));
    const auto whole = test::answers_in_pieces(output, output.size() + 1);
    asked += whole.size();
    REQUIRE(test::placed(whole) == test::queries_in_pieces(output, output.size() + 1));
    for (const std::size_t size : {1u, 2u, 7u})
      REQUIRE(test::answers_in_pieces(output, size) == whole);
  }
  CHECK(asked > 1000);
}

TEST_CASE("who sets what was replied changes nothing") {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    const auto output = test::asking_output(random, 1 + random() % 12);
    CAPTURE(test::escaped(output));
    for (const auto& each : test::answers_in_pieces(output, output.size() + 1)) {
      const auto broken = test::broken_answer(output, each);
      INFO(broken);
      REQUIRE(broken.empty());
    }
  }
}

TEST_CASE("a screen that nobody listens to is the same") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const auto output = test::asking_output(random, 12);
    test::answers all;
    vt::screen heard(8, 20, nullptr, &all);
    vt::screen alone(8, 20);
    heard.feed(output);
    alone.feed(output);
    REQUIRE(test::dump(heard) == test::dump(alone));
  }
}

TEST_CASE("a query is counted from the first byte that the screen was fed") {
  test::answers all;
  vt::screen s(2, 10, nullptr, &all);
  s.feed("abc");
  s.resize(3, 12);
  s.feed("\x1b[6");
  s.feed("n\x1b[c");
  REQUIRE(all.got.size() == 2);
  CHECK(all.got[0] == vt::answer{{{vt::query_kind::cursor}, 7}, {1, 4}});
  CHECK(all.got[1] == vt::answer{{{vt::query_kind::primary_attributes}, 10}, {}});
}

TEST_CASE("the keyboard's flags are those of the screen that is shown") {
  const auto flags = [](const std::string& output) {
    return test::answers_in_pieces(output + "\x1b[?u", output.size() + 9).back().numbers[0];
  };
  CHECK(flags("") == 0);
  CHECK(flags("\x1b[>5u") == 5);
  CHECK(flags("\x1b[>5u\x1b[?1049h") == 0);
  CHECK(flags("\x1b[>5u\x1b[?1049h\x1b[=3u\x1b[?1049l") == 5);
}
