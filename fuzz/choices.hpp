// Output chosen from a grammar by the bytes of an input, so that changing one changes a choice.
#pragma once

#include <string>
#include <string_view>

namespace fuzz {

// A source of random numbers for tests/support's grammars: two bytes each; zeros when there are no
// more.
struct choices {
  std::string_view bytes;

  unsigned operator()() { return next() << 8 | next(); }

  unsigned next() {
    if (bytes.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    return byte;
  }
};

template <class Grammar>
std::string chosen(std::string_view bytes) {
  choices random{bytes};
  const Grammar grammar;
  std::string all;
  while (!random.bytes.empty()) all += grammar(random, 1);
  return all;
}

}  // namespace fuzz
