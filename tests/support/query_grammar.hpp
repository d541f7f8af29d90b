// Questions that programs ask terminals, at random, and what is nearly one.
#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <tests/support/output_grammar.hpp>

namespace test {

// In a pattern: `#` a DEC private mode, `{` a number below 10, `$` a setting of DECRQSS.
inline constexpr std::string_view query_rows[] = {
    "\x1b[c",
    "\x1b[0c",
    "\x1b[>c",
    "\x1b[>0c",
    "\x1bZ",
    "\x1b[5n",
    "\x1b[6n",
    "\x1b[6n",
    "\x1b[?6n",
    "\x1b[?#$p",
    "\x1b[?#$p",
    "\x1b[{$p",
    "\x1b[?u",
    "\x1b[>q",
    "\x1b[>0q",
    "\x1bP$q$\x1b\\",
    "\x1bP$q$\x1b\\",
    "\x1b]10;?\x1b\\",
    "\x1b]11;?\x07",
    "\x1b]12;?\x1b\\",
    "\xc2\x9b\066n",
    // what changes the replies to come
    "\x1b]10;rgb:{/{0/{00\x1b\\",
    "\x1b]11;#{{{\x07",
    "\x1b]12;red\x07",
    "\x1b[=1{u",
    "\x1b[{ q",
    "\x1b[4:{;{;3{;48:2::1{:2{:3m",
    // none
    "\x1b[{c",
    "\x1b[>{;{c",
    "\x1b[{n",
    "\x1b[?{;{n",
    "\x1b[?{$p\x18",
    "\x1b[?#;#$p",
    "\x1b[$p",
    "\x1b[?{u",
    "\x1b[>{q",
    "\x1b[6\x18n",
    "\x1bP$q$\x18",
    "\x1bP{$q$\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x1b]1{;?;?\x07",
    "\x1b]4;1;?\x07",
    "\x1b[14t",
    "\x05",
};

class query_grammar {
 public:
  // A piece of output of `rows` rows. `random()` gives any unsigned numbers.
  template <class Random>
  std::string operator()(Random& random, std::size_t rows) const {
    std::string all;
    while (rows-- > 0) all += filled(query_rows[any(random, std::size(query_rows))], random);
    return all;
  }

 private:
  template <class Random>
  static std::size_t any(Random& random, std::size_t count) {
    return static_cast<unsigned>(random()) % count;
  }

  template <class Random>
  static std::string filled(std::string_view pattern, Random& random) {
    constexpr std::string_view settings[] = {"m", "m", "r", "s", " q", "\"q", "\"p", "x", "", "mm"};
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const bool is_setting = pattern[i] == '$' && pattern.substr(0, i).ends_with('q');
      if (is_setting) {
        text += settings[any(random, std::size(settings))];
      } else if (pattern[i] == '#') {
        text += std::to_string(output_modes[any(random, std::size(output_modes))]);
      } else if (pattern[i] == '{') {
        text += std::to_string(any(random, 10));
      } else {
        text += pattern[i];
      }
    }
    return text;
  }
};

}  // namespace test
