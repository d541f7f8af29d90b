#include <shim/core/host_pattern.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>

namespace {

// ssh_config(5) read word by word, with all the backtracking it takes.
bool model(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return model(text, pattern.substr(1)) || (!text.empty() && model(text.substr(1), pattern));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         model(text.substr(1), pattern.substr(1));
}

std::string random_text(std::mt19937& random, std::string_view letters, std::size_t most) {
  std::string text(random() % (most + 1), ' ');
  for (auto& byte : text) byte = letters[random() % letters.size()];
  return text;
}

}  // namespace

TEST_CASE("a host is matched as ssh_config(5) says") {
  struct row {
    std::string host;
    std::string patterns;
    bool expected;
  };
  const row rows[] = {
      {"web1.prod", "web1.prod", true},
      {"web1.prod", "*.prod", true},
      {"prod", "*.prod", false},
      {".prod", "*.prod", true},
      {"web1.prod.example", "*.prod", false},
      {"192.168.0.7", "192.168.0.?", true},
      {"192.168.0.17", "192.168.0.?", false},
      {"anything", "*", true},
      {"", "*", true},
      {"", "?", false},
      {"a", "**", true},
      {"abc", "a*b*c", true},
      {"abcb", "a*b*c", false},
      {"aXbXc", "a?b*", true},
      {"Web1.PROD", "*.prod", true},
      {"web1.prod", "WEB?.Prod", true},
      {"web", "db,web", true},
      {"web", "db web", true},
      {"web", "db ,\tweb\n", true},
      {"webdb", "web,db", false},
      {"web1", "web* !web1", false},
      {"web1", "!web1 web*", false},
      {"web2", "!web1,web*", true},
      {"web2", "!web1", false},
      {"web2", "!web1 !db", false},
      {"web", "", false},
      {"web", " ,, \t", false},
      {"", "", false},
      {"web", "!", false},
      {"!web", "*", true},
      {"web", "!!web *", true},
      {"[web]", "[web]", true},
      {"a\\b", "a\\b", true},
      {"a", "[abc]", false},
  };
  for (const auto& [host, patterns, expected] : rows) {
    CAPTURE(host, patterns);
    CHECK(shim::matches_host(host, patterns) == expected);
  }
}

TEST_CASE("only ASCII letters have a case") {
  CHECK_FALSE(shim::matches_host("\xc3\xa9", "\xc3\x89"));
  CHECK_FALSE(shim::matches_host("[", "{"));
  CHECK_FALSE(shim::matches_host("@", "`"));
}

TEST_CASE("patterns agree with a backtracking model on random hosts") {
  std::mt19937 random(20231);
  for (int round = 0; round < 50'000; ++round) {
    const auto host = random_text(random, "ab.", 8);
    const auto pattern = random_text(random, "ab.**?", 6);
    if (pattern.empty() || shim::matches_host(host, pattern) == model(host, pattern)) continue;
    CAPTURE(host, pattern);
    FAIL_CHECK("the model says otherwise");
  }
}

TEST_CASE("a pattern made to blow up a backtracking matcher ends at once") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  CHECK_FALSE(shim::matches_host(std::string(2000, 'a') + "b", pattern + "c"));
}

TEST_CASE("a single pattern is no list, and may tell letters by their case") {
  using shim::matches_pattern;
  using enum shim::letter_case;
  CHECK(matches_pattern("my web", "my w*", counts));
  CHECK_FALSE(matches_pattern("my", "my w*", counts));
  CHECK_FALSE(matches_pattern("web", "db,web", counts));
  CHECK_FALSE(matches_pattern("web", "!db", counts));
  CHECK(matches_pattern("!db", "!?b", counts));
  CHECK_FALSE(matches_pattern("Web", "w*", counts));
  CHECK(matches_pattern("Web", "w*", ignored));
  CHECK_FALSE(matches_pattern("web", "", counts));
  CHECK(matches_pattern("", "", counts));
}

TEST_CASE("the same host may be written in either case") {
  CHECK(shim::same_host("Web.Example", "wEB.example"));
  CHECK_FALSE(shim::same_host("web", "web1"));
  CHECK_FALSE(shim::same_host("web@", "web`"));
}
