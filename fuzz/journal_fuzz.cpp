// The laws of journal and reset: no cut changes what is noted; what a reset undoes leaves nothing
// on, at ground, without clearing; what is brought back is what was on.
//   byte 0: how reads are cut; odd: the rest is output; even: it chooses from the grammar of
//   output.
#include <vt/stream/reset.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/output_grammar.hpp>

namespace {

vt::journal in_pieces(std::string_view shown, std::size_t size) {
  vt::journal j;
  for (; !shown.empty(); shown.remove_prefix(std::min(size, shown.size())))
    j.feed(shown.substr(0, size));
  return j;
}

vt::journal whole(std::string_view shown) { return in_pieces(shown, shown.size() + 1); }

// Each sequence of it is one that changes no cell and moves nothing.
void check_harmless(const vt::journal& j, std::string_view undo) {
  vt::tokenizer tokens;
  const auto on_another_screen =
      j.alternate_screen() || !j.state().keys[1].empty() || j.state().values.maybe_alternate;
  while (const auto t = tokens.next(undo)) {
    CHECK(t->kind != vt::token_kind::text && t->kind != vt::token_kind::invalid);
    CHECK(t->kind != vt::token_kind::escape || t->function() != vt::function("c"));
    if (t->kind != vt::token_kind::csi) continue;
    const auto name = t->function();
    for (const auto* never : {"!p", "J", "K", "?J", "?K", "X", "L", "M", "P", "@", "S", "T"})
      CHECK(name != vt::function(never));
    CHECK(name != vt::function("H") || t->parameters == "999;1");
    if (name != vt::function("?l") && name != vt::function("?h")) continue;
    for (const auto& mode : vt::parameter_list(t->parameters)) {
      CHECK(vt::row_of(mode.value).role != vt::mode_role::left_alone);
      const auto switches = mode.value == 47 || mode.value == 1047 || mode.value == 1049;
      CHECK(!switches || on_another_screen);
    }
  }
}

void check(std::string_view shown, std::size_t piece) {
  auto j = whole(shown);
  for (const auto size : {piece, std::size_t{1}}) {
    const auto same = in_pieces(shown, size);
    CHECK(same == j);
    CHECK(same.at_ground() == j.at_ground());
  }

  const auto undo = vt::reset(j);
  std::array<char, vt::max_reset_bytes> bytes;
  CHECK(std::string_view(bytes.data(), vt::reset(j, bytes)) == undo);
  CHECK(undo.empty() == (j.at_ground() && j == vt::journal()));
  check_harmless(j, undo);

  auto again = whole(vt::reapply(j));
  auto wanted = j.state();
  wanted.values = {};
  CHECK(again.state() == wanted);
  CHECK(again.at_ground());

  j.feed(undo);
  CHECK(j.at_ground());
  CHECK(j == vt::journal());
  CHECK(vt::reset(j).empty());
  CHECK(vt::reapply(j).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto piece = data[0] / std::size_t{2} + 1;
  if (data[0] % 2 != 0) {
    check(bytes, piece);
  } else {
    check(fuzz::chosen<test::output_grammar>(bytes), piece);
  }
  return 0;
}
