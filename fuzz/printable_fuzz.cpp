// What comes out can act on no terminal: every byte of it is printable ASCII or part of a character
// beyond C1; and it comes out the same a second time.
#include <vt/stream/printable.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto shown = vt::printable(text, size + 1);
  for (std::size_t at = 0; at < shown.size(); ++at) {
    const auto byte = static_cast<unsigned char>(shown[at]);
    CHECK(byte >= 0x20 && byte != 0x7f);
    const bool c1 = byte == 0xc2 && static_cast<unsigned char>(shown.at(at + 1)) < 0xa0;
    CHECK(!c1);
  }
  CHECK(vt::printable(shown, shown.size() + 1) == shown);
  CHECK(shown.size() >= size);
  CHECK(vt::printable(text, 4).size() <= 4 * 16 + 3);
  return 0;
}
