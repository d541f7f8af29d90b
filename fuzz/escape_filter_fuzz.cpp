// The escape filter and the stuffing behind it, against models: of ssh's rule where no sequence is
// typed, else of ours; and reports of the terminal change nothing, wherever they come.
//   byte 0: the escape character; byte 1: how reads are cut, and which reports come where; the rest
//   is typed. -dict=fuzz/escape_filter.dict helps.
#include <shim/core/escape_filter.hpp>
#include <shim/core/escape_stuffing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <tests/support/escape_model.hpp>
#include <tests/support/typing_model.hpp>

namespace {

constexpr unsigned char private_byte = 0xff;
constexpr unsigned all_kitty_flags = 31;
constexpr std::size_t uncut = ~std::size_t{0};

struct outcome {
  std::string sent;
  std::string acted;
  std::string for_ssh;  // stuffed

  bool operator==(const outcome&) const = default;
};

struct session {
  unsigned char escape;
  unsigned kitty_flags;

  // Where Esc is not encoded, an ESC that ends a read is the key: reads are not cut there.
  bool may_cut_after(char byte) const { return (kitty_flags & 9) != 0 || byte != '\x1b'; }
  bool decodes() const { return escape != '\x1b'; }
};

void read_once(shim::escape_filter& filter, shim::escape_stuffing& stuffing, std::string_view typed,
               outcome& all) {
  while (const auto event = filter.next(typed)) {
    if (const auto* command = std::get_if<shim::command>(&*event)) {
      all.acted += command->what->key;
      continue;
    }
    auto bytes = std::get<shim::forward>(*event).bytes;
    CHECK(!bytes.empty());
    all.sent += bytes;
    for (auto piece = stuffing.next(bytes); !piece.empty(); piece = stuffing.next(bytes))
      all.for_ssh += piece;
  }
  CHECK(typed.empty());
}

outcome filtered(const session& at, std::string_view typed, std::size_t piece) {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char(at.escape), keys);
  filter.keyboard({.kitty_flags = at.kitty_flags});
  shim::escape_stuffing stuffing{shim::escape_char(private_byte)};
  outcome all;
  while (!typed.empty()) {
    auto size = std::min(piece, typed.size());
    while (size < typed.size() && !at.may_cut_after(typed[size - 1])) ++size;
    read_once(filter, stuffing, typed.substr(0, size), all);
    typed.remove_prefix(size);
  }
  return all;
}

// -- reports --

// The numbers are such that nothing else that is typed looks like one.
constexpr std::string_view some_reports[] = {
    "\x1b[<35;9876;6789M",   "\x1b[9876;6789R",        "\x1b[?9876;2$y",
    "\x1b[?64;9876c",        "\x1bP>|term 9876\x1b\\", "\x1b]11;rgb:9876/0/0\x07",
    "\x1b_Gi=9876;OK\x1b\\", "\x1b[48;24;9876;1;1t",   "\x1b[35;9876;6789M",
};

std::string without(std::string text, std::string_view report) {
  for (auto at = text.find(report); at != text.npos; at = text.find(report, at))
    text.erase(at, report.size());
  return text;
}

// The report between pieces, `every` one of them and at each byte of text.
std::string with_reports(std::string_view typed, std::string_view report, std::size_t every) {
  std::string all;
  std::size_t count = 0;
  bool open = false;
  for (const auto& piece : test::pieces_of(typed, false)) {
    const bool is_text = piece.kind == vt::input_kind::text;
    for (std::size_t at = 0; at < piece.bytes.size(); ++at) {
      if (!open && (at == 0 || is_text) && ++count % every == 0) all += report;
      all += piece.bytes[at];
    }
    open = test::ends_in_open_esc(piece);
  }
  return all;
}

void check_reports(const session& at, std::string_view typed, std::size_t choice) {
  const auto report = some_reports[choice % std::size(some_reports)];
  if (typed.find("9876") != typed.npos) return;
  const auto more = with_reports(typed, report, 1 + choice % 4);
  const auto plain = filtered(at, typed, uncut);
  const auto with = filtered(at, more, uncut);
  CHECK(with.acted == plain.acted);
  CHECK(without(with.sent, report) == plain.sent);
}

// -- models --

void check_bytes(const session& at, std::string_view typed) {
  const auto whole = filtered(at, typed, uncut);
  test::escape_model model{at.escape, std::string(test::ssh_keys), std::string(test::own_keys)};
  model.type(typed);
  CHECK(whole.sent == model.sent);
  CHECK(whole.acted == model.acted);
}

void check_pieces(const session& at, std::string_view typed) {
  const auto whole = filtered(at, typed, uncut);
  test::typing_model model{at.escape, std::string(test::ssh_keys), std::string(test::own_keys),
                           (at.kitty_flags & 2) != 0};
  model.type(typed);
  CHECK(whole.sent == model.sent);
  CHECK(whole.acted == model.acted);
}

// Where the rest of a sequence is never waited for, its beginning goes out, and no byte of it is
// held back or lost any more.
void check_impatience(const session& at, std::string_view typed, std::size_t piece) {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char(at.escape), keys);
  filter.keyboard({.kitty_flags = at.kitty_flags});
  shim::escape_stuffing stuffing{shim::escape_char(private_byte)};
  for (; !typed.empty(); typed.remove_prefix(std::min(piece, typed.size()))) {
    outcome of_read;
    outcome let_go;
    read_once(filter, stuffing, typed.substr(0, piece), of_read);
    const bool held = filter.holds_sequence();
    filter.sequence_is_over();
    read_once(filter, stuffing, "", let_go);
    CHECK(!filter.holds_sequence());
    CHECK(let_go.acted.empty());
    CHECK(held == !let_go.sent.empty());
    CHECK(!held || typed.substr(0, piece).back() == let_go.sent.back());
  }
}

void check(const session& at, std::string_view typed, std::uint8_t choice) {
  if (!at.decodes() || typed.find('\x1b') == typed.npos) check_bytes(at, typed);
  // A sequence that is not finished may wait; CR ends it.
  const auto ended = std::string(typed) + "\r";
  const auto whole = filtered(at, ended, uncut);
  if (at.decodes()) {
    check_pieces(at, ended);
    check_reports(at, ended, choice);
  }
  CHECK(filtered(at, ended, choice + std::size_t{1}) == whole);
  CHECK(filtered(at, ended, 1) == whole);
  check_impatience(at, ended, choice + std::size_t{1});

  test::escape_model ssh{private_byte, std::string(test::ssh_keys) + "I"};
  ssh.type(whole.for_ssh);
  CHECK(ssh.sent == whole.sent);
  CHECK(ssh.acted.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view typed(reinterpret_cast<const char*>(data) + 2, size - 2);
  for (const unsigned flags : {0U, 2U, all_kitty_flags}) check({data[0], flags}, typed, data[1]);
  return 0;
}
