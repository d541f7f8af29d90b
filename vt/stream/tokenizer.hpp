// What programs write to a terminal, as tokens: ECMA-48 with xterm's rules (ctlseqs, and Paul
// Williams' state machine, which xterm follows), in UTF-8, cut anywhere.
//
// It decides where a token begins and ends and whether it is well formed. What a token means is its
// readers' business, and what it cannot read it never gives as text. Between two calls it keeps at
// most one unfinished token, in a fixed space.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <vt/stream/parameter_list.hpp>

namespace vt {

// Bytes of one sequence that are kept. Beyond them a sequence is malformed, a payload truncated; it
// is still followed to its end.
inline constexpr std::size_t max_parameter_bytes = 256;
inline constexpr std::size_t max_payload_bytes = 4096;

enum class token_kind : std::uint8_t {
  text,     // complete, valid UTF-8 without C0, DEL or C1; one run may come in several tokens
  invalid,  // not UTF-8: what Unicode calls a maximal subpart, for which a terminal shows one
            // U+FFFD
  control,  // one C0 but ESC, or DEL; from the midst of a sequence it comes before that sequence
  escape,   // ESC, intermediates, final; any C1 that introduces nothing comes as its 7-bit form
  csi,      // leader, parameters, intermediates, final
  osc,      // strings: payload
  dcs,      // leader, parameters, intermediates, final, payload
  apc,
  pm,
  sos,
};

// Views hold until the tokenizer is called again or the bytes it was given are gone, whichever
// comes first.
struct token {
  token_kind kind = token_kind::text;

  // escape, csi, dcs: spelled in a way that means nothing (a leader or a parameter in the wrong
  // place, too many intermediates or parameter bytes). The members below are then empty.
  bool malformed = false;
  bool truncated = false;  // strings: the payload was longer; `bytes` is its beginning
  bool bell = false;       // osc: ended by BEL, as xterm allows, not by ST

  char leader = 0;                         // csi, dcs: one of < = > ?; 0: none
  std::array<char, 2> intermediates = {};  // escape, csi, dcs: 0x20 to 0x2f, in order; 0: none
  char final = 0;                          // escape, csi, dcs: the byte that names it
  std::string_view parameters;  // csi, dcs: only digits, `;` and `:`; for a parameter_list

  // text, invalid, control: they themselves. Strings: all between introducer (dcs: final) and
  // terminator as it came, C0 and invalid UTF-8 too.
  std::string_view bytes;

  // What names an escape, csi or dcs, in one number for a switch; 0 if malformed. See function().
  constexpr std::uint32_t function() const;
};

// As in `case function("?h"):`: leader, intermediates and final as they are spelled, at most four.
// Not to be mixed between kinds.
constexpr std::uint32_t function(std::string_view spelled) {
  std::uint32_t value = 0;
  for (const char c : spelled) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

class tokenizer {
 public:
  // Takes what it can from the front of `bytes`; nothing when all is taken. How reads are cut does
  // not matter, but for where one run of text becomes two. A token that lies whole in `bytes` is
  // given as views into them, uncopied, if no C0 stands in its midst.
  // A sequence that another, CAN or SUB cuts off gives no token: a terminal does nothing for it.
  std::optional<token> next(std::string_view& bytes);

  // No sequence, string or character is unfinished.
  bool at_ground() const { return state_ == state::ground; }

  // As made: what is unfinished is forgotten.
  void reset() { state_ = state::ground; }

 private:
  enum class state : std::uint8_t {
    ground,
    character,      // in the midst of one in UTF-8
    escape,         // behind ESC, maybe behind intermediates
    csi,            // behind its introducer
    dcs,            // the same, before the final
    string,         // in a payload
    string_escape,  // in a payload, behind an ESC
    string_c2,      // in a payload, behind what may be the first byte of a C1
  };

  // The first bytes of what is unfinished.
  template <std::size_t Max>
  class kept_bytes {
   public:
    std::string_view view() const { return {bytes_.data(), size_}; }
    void clear() { size_ = 0; }
    bool append(std::string_view bytes);  // false: not all had room

   private:
    std::array<char, Max> bytes_;
    std::size_t size_ = 0;
  };

  // Each takes something from the front of `bytes`, or changes the state, and sets `found` if that
  // makes a token: in the place where next() returns it, as copying would cost more than reading.
  using result = std::optional<token>;
  void from_ground(std::string_view& bytes, result& found);
  void from_introducer(char first, std::string_view& bytes, result& found);
  void broken_character(std::string_view& bytes, result& found);
  void go_on(std::string_view& bytes, result& found);
  void character(std::string_view& bytes, result& found);
  void sequence(std::string_view& bytes, result& found);
  void string(std::string_view& bytes, result& found);
  void string_escape(std::string_view& bytes, result& found);
  void string_c2(std::string_view& bytes, result& found);
  void escape(char byte, result& found);
  void csi(char byte, result& found);
  void introduced(char byte, result& found);
  void dcs(std::string_view& bytes);
  void begin_sequence();
  void header(char byte);
  void intermediate(char byte);
  void finish(result& found);

  state state_ = state::ground;
  token open_;                                  // what is unfinished, without its views
  kept_bytes<max_parameter_bytes> parameters_;  // or the bytes of an unfinished character
  kept_bytes<max_payload_bytes> payload_;
};

// Where, at ground, the first byte stands that could begin anything but text, invalid bytes and
// controls without a lasting effect: ESC, SO, SI, a C1 in UTF-8, or a C2 that ends `bytes`. The
// size if there is none. All before it may be kept from a tokenizer that is at ground: it would
// give nothing else, and be at ground again.
std::size_t find_control_sequence(std::string_view bytes);

constexpr std::uint32_t token::function() const {
  const auto with = [](std::uint32_t value, char c) {
    return value << 8 | static_cast<unsigned char>(c);
  };
  auto value = with(0, leader);
  if (intermediates[0] != 0) value = with(value, intermediates[0]);
  if (intermediates[1] != 0) value = with(value, intermediates[1]);
  return with(value, final);
}

}  // namespace vt
