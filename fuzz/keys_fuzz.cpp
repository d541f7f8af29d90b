// The decoder of what terminals send, against a model that sees all of it at once.
//   byte 0: whether mouse reports are UTF-8, and how reads are cut; the rest is sent.
//   -dict=fuzz/escape_filter.dict helps.
#include <vt/stream/keys.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <tests/support/keys_model.hpp>

namespace {

using vt::input;
using vt::input_kind;

struct joined {
  input_kind kind;
  std::string bytes;
  char byte;
  char32_t code;

  bool operator==(const joined&) const = default;
};

bool is_one_of_many(input_kind kind) {
  return kind == input_kind::text || kind == input_kind::report || kind == input_kind::pasted ||
         kind == input_kind::other;
}

// Neighbours of a kind that says nothing of single keys are one; a part is of what ends it.
void join(std::vector<joined>& all, const input& piece) {
  const bool goes_on =
      !all.empty() && (all.back().kind == input_kind::part ||
                       (all.back().kind == piece.kind && is_one_of_many(piece.kind)));
  if (!goes_on) {
    all.push_back({piece.kind, std::string(piece.bytes), piece.byte, piece.code});
    return;
  }
  auto& last = all.back();
  last = {piece.kind, last.bytes + std::string(piece.bytes), piece.byte, piece.code};
  if (all.size() < 2) return;
  auto& before = all[all.size() - 2];
  if (before.kind != last.kind || !is_one_of_many(last.kind)) return;
  before.bytes += last.bytes;
  all.pop_back();
}

std::vector<joined> decoded(std::string_view bytes, std::size_t size, bool utf8) {
  vt::key_decoder decoder;
  decoder.mouse_is_utf8(utf8);
  std::vector<joined> all;
  std::string given;
  for (auto rest = bytes; !rest.empty(); rest.remove_prefix(std::min(size, rest.size()))) {
    auto read = rest.substr(0, size);
    while (const auto piece = decoder.next(read)) {
      CHECK(piece->kind != input_kind::part || read.empty());
      given += piece->bytes;
      join(all, *piece);
    }
    CHECK(read.empty());
  }
  CHECK(given == bytes);
  return all;
}

std::vector<joined> by_model(std::string_view bytes, bool utf8) {
  std::vector<joined> all;
  for (const auto& piece : test::pieces_of(bytes, utf8)) join(all, piece);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool utf8 = data[0] >= 0x80;
  const std::size_t cut = (data[0] & 0x7fU) + std::size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = decoded(bytes, bytes.size() + 1, utf8);
  CHECK(whole == by_model(bytes, utf8));
  CHECK(decoded(bytes, cut, utf8) == whole);
  CHECK(decoded(bytes, 1, utf8) == whole);
  return 0;
}
