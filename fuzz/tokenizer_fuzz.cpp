// The tokenizer: no cut changes the tokens, each is what its kind promises, and spelling them out
// again gives the same. The search for sequences may skip only what gives none.
//   byte 0: how reads are cut; the rest is output.
#include <vt/stream/tokenizer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <tests/support/tokens.hpp>

namespace {

using test::owned_token;
using test::tokens_in_pieces;
using vt::token_kind;

constexpr unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

// By decoding, not by the table the tokenizer has: the value of the one character that is all of
// `bytes`, or -1.
long decoded(std::string_view bytes) {
  const auto lead = byte_of(bytes[0]);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc0 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                                         : 4;
  if (size != bytes.size() || lead >= 0xf8) return -1;
  long value = size == 1 ? lead : lead & (0x7f >> size);
  for (const char c : bytes.substr(1)) {
    if ((byte_of(c) & 0xc0) != 0x80) return -1;
    value = value << 6 | (byte_of(c) & 0x3f);
  }
  constexpr long least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  return value < least[size] || value > 0x10ffff || surrogate ? -1 : value;
}

long first_character(std::string_view text, std::size_t& size) {
  for (size = 1; size <= std::min<std::size_t>(4, text.size()); ++size)
    if (const auto value = decoded(text.substr(0, size)); value >= 0) return value;
  return -1;
}

void check_text(std::string_view text) {
  CHECK(!text.empty());
  std::size_t size = 0;
  for (; !text.empty(); text.remove_prefix(size)) {
    const auto value = first_character(text, size);
    CHECK(value >= 0x20);
    CHECK(value < 0x7f || value > 0x9f);
  }
}

// A maximal subpart: no character, and if longer than one byte, the beginning of one.
void check_invalid(const std::string& bytes) {
  CHECK(!bytes.empty());
  CHECK(bytes.size() <= 3);
  std::size_t size = 0;
  CHECK(first_character(bytes, size) < 0);
  if (bytes.size() == 1) return;
  bool begins = false;
  for (int next = 0x80; next <= 0xbf; ++next) {
    const auto longer = bytes + static_cast<char>(next);
    begins = begins || decoded(longer) >= 0 || decoded(longer + '\x80') >= 0;
  }
  CHECK(begins);
}

void check_parameters(const owned_token& found) {
  CHECK(found.parameters.size() <= vt::max_parameter_bytes);
  CHECK(found.parameters.find_first_not_of("0123456789;:") == std::string::npos);
  const vt::parameter_list list(found.parameters);
  std::string_view rest = found.parameters;
  bool sub = false;
  for (const auto& parameter : list) {
    const auto digits = rest.substr(0, rest.find_first_of(";:"));
    CHECK(parameter.given == !digits.empty());
    CHECK(parameter.sub == sub);
    unsigned long value = 0;
    for (const char c : digits) value = std::min(value * 10 + (byte_of(c) - '0'), 65535ul);
    CHECK(parameter.value == value);
    rest.remove_prefix(digits.size());
    CHECK(rest.empty() == (&parameter + 1 == list.end() && list.complete()));
    sub = !rest.empty() && rest[0] == ':';
    if (!rest.empty()) rest.remove_prefix(1);
  }
  CHECK(list.size() == list.max_size || list.complete());
}

void check_header(const owned_token& found) {
  const bool has_leader = found.kind == token_kind::csi || found.kind == token_kind::dcs;
  const bool lower_finals = found.kind == token_kind::escape;
  CHECK(found.leader == 0 || (has_leader && found.leader >= '<' && found.leader <= '?'));
  for (const char c : found.intermediates) CHECK(c == 0 || (c >= ' ' && c <= '/'));
  CHECK(found.intermediates[0] != 0 || found.intermediates[1] == 0);
  CHECK(found.final >= (lower_finals ? '0' : '@'));
  CHECK(found.final <= '~');
  check_parameters(found);
}

void check_payload(const owned_token& found) {
  CHECK(found.bytes.size() <= vt::max_payload_bytes);
  CHECK(!found.truncated || found.bytes.size() == vt::max_payload_bytes);
  CHECK(found.bytes.find_first_of("\x18\x1a\x1b") == std::string::npos);
  CHECK(!found.bell || found.kind == token_kind::osc);
  for (std::size_t i = 1; i < found.bytes.size(); ++i)
    CHECK(found.bytes[i - 1] != '\xc2' || byte_of(found.bytes[i]) < 0x80 ||
          byte_of(found.bytes[i]) > 0x9f);
}

void check_malformed(const owned_token& found) {
  owned_token nothing = {};
  nothing.kind = found.kind;
  nothing.malformed = true;
  CHECK(found == nothing);
}

void check_token(const owned_token& found) {
  switch (found.kind) {
    using enum vt::token_kind;
    case text: return check_text(found.bytes);
    case invalid: return check_invalid(found.bytes);
    case control:
      CHECK(found.bytes.size() == 1);
      CHECK(byte_of(found.bytes[0]) < 0x20 || found.bytes == "\x7f");
      CHECK(found.bytes != "\x1b");
      return;
    case escape:
    case csi:
    case dcs:
      if (found.malformed) return check_malformed(found);
      check_header(found);
      return check_payload(found);
    case osc:
    case apc:
    case pm:
    case sos: CHECK(!found.malformed); return check_payload(found);
  }
  CHECK(false);
}

bool is_sequence(const owned_token& found) {
  using enum vt::token_kind;
  return found.kind != text && found.kind != invalid && found.kind != control;
}

// As a reader does that wants nothing but sequences.
std::vector<owned_token> only_sequences(std::string_view bytes, std::size_t size) {
  vt::tokenizer reader;
  std::vector<owned_token> all;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    auto piece = bytes.substr(0, size);
    while (!piece.empty()) {
      if (reader.at_ground()) piece.remove_prefix(vt::find_control_sequence(piece));
      const auto found = reader.next(piece);
      if (found && is_sequence(test::owned(*found))) all.push_back(test::owned(*found));
    }
  }
  return all;
}

void check(std::string_view output, std::size_t piece) {
  auto whole = test::tokens_of(output);
  for (const auto& found : whole) check_token(found);
  CHECK(tokens_in_pieces(output, piece) == whole);
  CHECK(tokens_in_pieces(output, 1) == whole);

  std::string again;
  for (const auto& found : whole) again += test::spelled(found);
  CHECK(test::tokens_of(again + '\x1b') == whole);  // ends a character that was cut off

  std::erase_if(whole, [](const auto& found) { return !is_sequence(found); });
  CHECK(only_sequences(output, output.size() + 1) == whole);
  CHECK(only_sequences(output, piece) == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view output(reinterpret_cast<const char*>(data) + 1, size - 1);
  check(output, data[0] + std::size_t{1});
  return 0;
}
