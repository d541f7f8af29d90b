// The laws of a screen: any bytes and sizes leave it whole (no half of a wide character, no cursor
// or margin outside, what is kept within bounds); no cut of the reads changes anything; libvterm
// gets nothing but what is on the list (tests/screen/guard_vterm.cpp).
//   byte 0: how reads are cut; odd: the rest chooses from a grammar of output, else it is output.
//   In output, 0xfe and two bytes behind it are another size.
#include <vt/screen/screen.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/screen_model.hpp>

namespace {

struct step {
  std::string bytes;
  int rows = 0, columns = 0;  // 0: as it was
};

std::vector<step> read_raw(std::string_view bytes) {
  std::vector<step> steps(1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\xfe' || i + 2 >= bytes.size()) {
      steps.back().bytes += bytes[i];
      continue;
    }
    steps.push_back({{},
                     static_cast<unsigned char>(bytes[i + 1]) % 64 + 1,
                     static_cast<unsigned char>(bytes[i + 2]) % 128 + 1});
    i += 2;
  }
  return steps;
}

std::vector<step> read_chosen(std::string_view bytes) {
  fuzz::choices random{bytes};
  std::vector<step> steps;
  while (!random.bytes.empty()) {
    const auto size = random.next();
    const bool same = size % 4 != 0;
    steps.push_back({test::editing_output(random, size / 4 % 16 + 1),
                     same ? 0 : static_cast<int>(random.next() % 16 + 1),
                     same ? 0 : static_cast<int>(random.next() % 32 + 1)});
  }
  return steps;
}

// Another reader is in the same place after what is pending.
void check_pending(const vt::screen& s) {
  vt::tokenizer again;
  auto pending = s.pending();
  while (again.next(pending)) CHECK(again.at_ground());
  CHECK(again.at_ground() == s.pending().empty());
}

std::string run(const std::vector<step>& steps, std::size_t piece) {
  vt::screen s(6, 20);
  for (const auto& each : steps) {
    if (each.rows != 0) s.resize(each.rows, each.columns);
    CHECK(test::broken_law(s).empty());
    for (std::string_view rest = each.bytes; !rest.empty();
         rest.remove_prefix(std::min(piece, rest.size())))
      s.feed(rest.substr(0, piece));
    CHECK(test::broken_law(s).empty());
    check_pending(s);
  }
  return test::dump(s) + std::string(s.pending());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto steps = data[0] % 2 != 0 ? read_chosen(bytes) : read_raw(bytes);
  const auto whole = run(steps, SIZE_MAX);
  CHECK(run(steps, data[0] / std::size_t{2} + 1) == whole);
  return 0;
}
