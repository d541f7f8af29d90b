#include <vt/stream/tokenizer.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tokens.hpp>

using namespace std::string_literals;

namespace {

using test::owned_token;
using test::tokens_in_pieces;
using test::tokens_of;

std::string name_of(vt::token_kind kind) {
  static constexpr const char* names[] = {"text", "invalid", "control", "escape", "csi",
                                          "osc",  "dcs",     "apc",     "pm",     "sos"};
  return names[static_cast<std::size_t>(kind)];
}

// "text 'abc'", "csi ?25h", "dcs 1$q 'm'", "osc '0;t' bell".
std::string printed(const owned_token& found) {
  using enum vt::token_kind;
  auto line = name_of(found.kind);
  if (const auto header = test::header(found); !header.empty()) line += " " + header;
  if (found.malformed) return line + " malformed";
  if (found.kind != escape && found.kind != csi) line += " '" + test::escaped(found.bytes) + "'";
  if (found.truncated) line += " truncated";
  if (found.bell) line += " bell";
  return line;
}

std::string printed(const std::vector<owned_token>& all) {
  std::string line;
  for (const auto& found : all) line += (line.empty() ? "" : ", ") + printed(found);
  return line;
}

std::vector<owned_token> cut_at(std::string_view bytes, std::size_t cut) {
  vt::tokenizer reader;
  std::vector<owned_token> all;
  for (auto piece : {bytes.substr(0, cut), bytes.substr(cut)})
    while (const auto found = reader.next(piece)) test::add(all, *found);
  return all;
}

struct vector {
  std::string bytes;
  std::string tokens;
};

// Whole, cut once at each place, and byte by byte.
void check(const vector& row) {
  CAPTURE(test::escaped(row.bytes));
  CHECK(printed(tokens_of(row.bytes)) == row.tokens);
  for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
    CAPTURE(cut);
    CHECK(printed(cut_at(row.bytes, cut)) == row.tokens);
  }
  CHECK(printed(tokens_in_pieces(row.bytes, 1)) == row.tokens);
}

}  // namespace

TEST_CASE("output is read into tokens, however it is cut") {
  for (const auto& row : std::vector<vector>{
           {"", ""},
           {"ls -l", "text 'ls -l'"},
           {"a\r\nb", "text 'a', control '\\r', control '\\n', text 'b'"},
           {"\0\x7f"s, "control '\\x00', control '\\x7f'"},
           {"\x1b[m", "csi m"},
           {"a\x1b[1;31mb\x1b[0mc", "text 'a', csi 1;31m, text 'b', csi 0m, text 'c'"},
           {"\x1b[38:2::1:2:3m", "csi 38:2::1:2:3m"},
           {"\x1b[?1;2004h\x1b[>4;2m\x1b[<u\x1b[=5;1u",
            "csi ?1;2004h, csi >4;2m, csi <u, csi =5;1u"},
           {"\x1b[1 q\x1b[!p\x1b[?2026$p", "csi 1 q, csi !p, csi ?2026$p"},
           {"\x1b[1'\"}", "csi 1'\"}"},
           {"\x1b"
            "7\x1b=\x1b"
            "c\x1b\\",
            "escape 7, escape =, escape c, escape \\"},
           {"\x1b(B\x1b(%5\x1b#8\x1b%G", "escape (B, escape (%5, escape #8, escape %G"},
           {"\x1b([", "escape (["},
           {"\x1b]0;t\a\x1b]0;t\x1b\\", "osc '0;t' bell, osc '0;t'"},
           {"\x1b]\a\x1bX\x1b\\", "osc '' bell, sos ''"},
           {"\x1bP1$qm\x1b\\\x1bPq\x1b\\", "dcs 1$q 'm', dcs q ''"},
           {"\x1bP>|xterm(379)\x1b\\", "dcs >| 'xterm(379)'"},
           {"\x1b_Ga=1\x1b\\\x1b^x\x1b\\\x1bXy\x1b\\", "apc 'Ga=1', pm 'x', sos 'y'"},
       })
    check(row);
}

TEST_CASE("a C1 in UTF-8 is read as its 7-bit form, as a raw byte it is not UTF-8") {
  for (const auto& row : std::vector<vector>{
           {"\xc2\x9b"
            "5A",
            "csi 5A"},
           {"a\xc2\x9b?25lb", "text 'a', csi ?25l, text 'b'"},
           {"\xc2\x9d"
            "0;t\xc2\x9c",
            "osc '0;t'"},
           {"\xc2\x90"
            "1$qm\xc2\x9c",
            "dcs 1$q 'm'"},
           {"\xc2\x98s\xc2\x9c\xc2\x9ep\xc2\x9c\xc2\x9f"
            "a\xc2\x9c",
            "sos 's', pm 'p', apc 'a'"},
           {"\xc2\x85\xc2\x8d\xc2\x9c\xc2\x80", "escape E, escape M, escape \\, escape @"},
           {"\xc2\xa0", "text '\\xc2\\xa0'"},
           {"\x9b"
            "5A",
            "invalid '\\x9b', text '5A'"},
           {"\x1b]0;t\x9c\xc2\xa0\a", "osc '0;t\\x9c\\xc2\\xa0' bell"},
       })
    check(row);
}

TEST_CASE("a control inside a sequence acts first, and the sequence goes on") {
  for (const auto& row : std::vector<vector>{
           {"\x1b[1\n;3\r1m", "control '\\n', control '\\r', csi 1;31m"},
           {"\x1b\a[m\x1b(\bB", "control '\\x07', csi m, control '\\x08', escape (B"},
           {"\x1b[1\x7fm\x1b\x7f[m", "csi 1m, csi m"},
           {"\x1b]0;a\r\nb\x7f\a", "osc '0;a\\r\\nb\\x7f' bell"},
           {"\x1bPqa\a\nb\x1b\\", "dcs q 'a\\x07\\nb'"},
       })
    check(row);
}

TEST_CASE("what is cut off gives nothing, and what cuts it off is read") {
  for (const auto& row : std::vector<vector>{
           {"\x1b[1;\x18m", "control '\\x18', text 'm'"},
           {"\x1b\x1a(B", "control '\\x1a', text '(B'"},
           {"\x1b]0;t\x18x\x1b_a\x1ay", "control '\\x18', text 'x', control '\\x1a', text 'y'"},
           {"\x1bP1\x18x", "control '\\x18', text 'x'"},
           {"\x1b[1;\x1b[2m", "csi 2m"},
           {"\x1b\x1b[2m", "csi 2m"},
           {"\x1b]0;t\x1b[2mx", "csi 2m, text 'x'"},
           {"\x1b]0;t\x1b\x1b\\x", "escape \\, text 'x'"},
           {"\x1bPq1\x1b"
            "7x",
            "escape 7, text 'x'"},
           {"\x1b[3\xc2\x9b"
            "1m",
            "csi 1m"},
           {"\x1b]0;t\xc2\x85x", "escape E, text 'x'"},
           {"\x1b]0;t\xc2\x9b"
            "1mx",
            "csi 1m, text 'x'"},
           {"\x1b[3\xe2\x82\xac"
            "1m",
            "text '\\xe2\\x82\\xac1m'"},
           {"\x1b\xff(B", "invalid '\\xff', text '(B'"},
           {"\x1b]0;never ends", ""},
       })
    check(row);
}

TEST_CASE("a malformed sequence is swallowed to its end and never text") {
  for (const auto& row : std::vector<vector>{
           {"\x1b[1?hx", "csi malformed, text 'x'"},
           {"\x1b[?<25hx", "csi malformed, text 'x'"},
           {"\x1b[ 1qx", "csi malformed, text 'x'"},
           {"\x1b[$?px", "csi malformed, text 'x'"},
           {"\x1b[ !\"px", "csi malformed, text 'x'"},
           {"\x1b(((Bx", "escape malformed, text 'x'"},
           {"\x1bP1<qx\x1b\\y", "dcs malformed, text 'y'"},
           {"\x1bP\x1b\\y", "dcs malformed, text 'y'"},
           {"\x1bP\xc3\xa9q\a\x1b\\y", "dcs malformed, text 'y'"},
           {"\x1bP1\nq\xc2\x9cy", "dcs malformed, text 'y'"},
       })
    check(row);
}

TEST_CASE("text is valid UTF-8, and what is not comes by maximal subparts") {
  for (const auto& row : std::vector<vector>{
           // The ends of every row of the Unicode Standard's table 3-7.
           {"\xc2\xa0\xdf\xbf", "text '\\xc2\\xa0\\xdf\\xbf'"},
           {"\xe0\xa0\x80\xe0\xbf\xbf", "text '\\xe0\\xa0\\x80\\xe0\\xbf\\xbf'"},
           {"\xe1\x80\x80\xec\xbf\xbf", "text '\\xe1\\x80\\x80\\xec\\xbf\\xbf'"},
           {"\xed\x80\x80\xed\x9f\xbf", "text '\\xed\\x80\\x80\\xed\\x9f\\xbf'"},
           {"\xee\x80\x80\xef\xbf\xbf", "text '\\xee\\x80\\x80\\xef\\xbf\\xbf'"},
           {"\xf0\x90\x80\x80\xf0\xbf\xbf\xbf", "text '\\xf0\\x90\\x80\\x80\\xf0\\xbf\\xbf\\xbf'"},
           {"\xf1\x80\x80\x80\xf3\xbf\xbf\xbf", "text '\\xf1\\x80\\x80\\x80\\xf3\\xbf\\xbf\\xbf'"},
           {"\xf4\x80\x80\x80\xf4\x8f\xbf\xbf", "text '\\xf4\\x80\\x80\\x80\\xf4\\x8f\\xbf\\xbf'"},
           // And what is just outside of them.
           {"\x80\xbf", "invalid '\\x80', invalid '\\xbf'"},
           {"\xc0\xaf\xc1\xbf",
            "invalid '\\xc0', invalid '\\xaf', invalid '\\xc1', invalid '\\xbf'"},
           {"\xe0\x9f\xbf", "invalid '\\xe0', invalid '\\x9f', invalid '\\xbf'"},
           {"\xed\xa0\x80", "invalid '\\xed', invalid '\\xa0', invalid '\\x80'"},
           {"\xf0\x8f\xbf\xbf",
            "invalid '\\xf0', invalid '\\x8f', invalid '\\xbf', invalid '\\xbf'"},
           {"\xf4\x90\x80\x80",
            "invalid '\\xf4', invalid '\\x90', invalid '\\x80', invalid '\\x80'"},
           {"\xf5\xff", "invalid '\\xf5', invalid '\\xff'"},
           // Broken off at each length.
           {"\xc3"
            "A",
            "invalid '\\xc3', text 'A'"},
           {"\xe2\x82"
            "A\xe2"
            "A",
            "invalid '\\xe2\\x82', text 'A', invalid '\\xe2', text 'A'"},
           {"\xf0\x9f\x98\x1b[m", "invalid '\\xf0\\x9f\\x98', csi m"},
           {"\xf1\x80\xe1\x80\xc2\xc2\xa0",
            "invalid '\\xf1\\x80', invalid '\\xe1\\x80', invalid '\\xc2', text '\\xc2\\xa0'"},
           {"\xe2\xc2\x9b"
            "1m",
            "invalid '\\xe2', csi 1m"},
           {"a\xe2\x82", "text 'a'"},
       })
    check(row);
}

TEST_CASE("runs of text of any length end where they must") {
  for (std::size_t length = 0; length < 100; ++length) {
    CAPTURE(length);
    const std::string run(length, 'x');
    const auto text = length == 0 ? ""s : "text '" + run + "', ";
    check({run + "\x7f", text + "control '\\x7f'"});
    check({run + "\x1b[m", text + "csi m"});
    check({run + "\xc2\x85", text + "escape E"});
    check({run + "\xff", text + "invalid '\\xff'"});
  }
}

TEST_CASE("too many parameter bytes make a sequence malformed") {
  const std::string most(vt::max_parameter_bytes, '1');
  CHECK(printed(tokens_of("\x1b[" + most + "mx")) == "csi " + most + "m, text 'x'");
  CHECK(printed(tokens_of("\x1b[" + most + "1mx")) == "csi malformed, text 'x'");
  CHECK(printed(tokens_in_pieces("\x1b[" + most + "mx", 7)) == "csi " + most + "m, text 'x'");
  CHECK(printed(tokens_in_pieces("\x1b[" + most + "1mx", 7)) == "csi malformed, text 'x'");
  CHECK(printed(tokens_in_pieces("\x1b[" + std::string(100'000, '1') + "mx", 4095)) ==
        "csi malformed, text 'x'");
}

TEST_CASE("a payload that is too long is cut short and followed to its end") {
  const std::string most(vt::max_payload_bytes, 'x');
  for (const std::size_t piece : {1u, 7u, 4095u, 200'000u}) {
    CAPTURE(piece);
    const auto exact = tokens_in_pieces("\x1b]" + most + "\a", piece);
    REQUIRE(exact.size() == 1);
    CHECK_FALSE(exact[0].truncated);
    CHECK(exact[0].bytes == most);
    const auto longer =
        tokens_in_pieces("\x1bPq" + most + std::string(100'000, 'y') + "\x1b\\z", piece);
    REQUIRE(longer.size() == 2);
    CHECK(longer[0].truncated);
    CHECK(longer[0].bytes == most);
    CHECK(printed(longer[1]) == "text 'z'");
  }
}

TEST_CASE("a token that is here as a whole is a view into the bytes given") {
  const std::string bytes =
      "text\r\x1b[?1;2h\x1b]0;title\a\x1bP1;2$qpayload\x1b\\\xc2\x9b"
      "5A\xff\x1b_apc\xc2\x9c";
  const auto inside = [&](std::string_view view) {
    return view.empty() || (view.data() >= bytes.data() &&
                            view.data() + view.size() <= bytes.data() + bytes.size());
  };
  vt::tokenizer reader;
  std::string_view rest = bytes;
  int count = 0;
  for (; const auto found = reader.next(rest); ++count) {
    CAPTURE(printed(test::owned(*found)));
    CHECK(inside(found->bytes));
    CHECK(inside(found->parameters));
    CHECK(reader.at_ground());
  }
  CHECK(count == 8);
}

TEST_CASE("what is unfinished is known, and forgotten on reset") {
  for (const auto* begun : {"\x1b", "\x1b(", "\x1b[1", "\x1b]0;t", "\x1b]0;t\x1b", "\x1bP1",
                            "\x1bPq", "\x1b_\xc2", "\xe2\x82", "\xc2"}) {
    CAPTURE(test::escaped(begun));
    vt::tokenizer reader;
    CHECK(reader.at_ground());
    std::string_view bytes = begun;
    CHECK_FALSE(reader.next(bytes));
    CHECK(bytes.empty());
    CHECK_FALSE(reader.at_ground());
    reader.reset();
    CHECK(reader.at_ground());
    bytes = "[1m";
    const auto found = reader.next(bytes);
    REQUIRE(found);
    CHECK(printed(test::owned(*found)) == "text '[1m'");
  }
}

TEST_CASE("a sequence is named by one number") {
  const auto named = [](std::string_view bytes) {
    vt::tokenizer reader;
    return reader.next(bytes).value().function();
  };
  CHECK(named("\x1b[?25h") == vt::function("?h"));
  CHECK(named("\x1b[25h") == vt::function("h"));
  CHECK(named("\x1b[?2026$p") == vt::function("?$p"));
  CHECK(named("\x1b(%5") == vt::function("(%5"));
  CHECK(named("\x1b[1?h") == 0);
}

TEST_CASE("the search for sequences passes over all that begins none") {
  for (const auto& [bytes, at] : std::vector<std::pair<std::string, std::size_t>>{
           {"", 0},
           {"a\r\n\t\b\a\x7f\x18\x1a\0b"s, 11},
           {"gr\xc3\xbc\xc3\x9f \xc2\xa0 \x9b\x8e\x8f\xff", 14},
           {"a\x1b[m", 1},
           {"a\x0e", 1},
           {"a\x0f", 1},
           {"a\xc2\xa0\xc2\x9b"
            "1m",
            3},
           {"a\xc2", 1},
       }) {
    CAPTURE(test::escaped(bytes));
    CHECK(vt::find_control_sequence(bytes) == at);
  }
  for (std::size_t length = 0; length < 100; ++length) {
    const auto bytes = std::string(length, 'x') + "\x1b" + std::string(length, '\x0e');
    CHECK(vt::find_control_sequence(bytes) == length);
  }
}

TEST_CASE("parameters are numbers that may be absent, belong to others and are bounded") {
  const auto listed = [](std::string_view parameters) {
    const vt::parameter_list list(parameters);
    std::string line;
    for (const auto& parameter : list) {
      if (&parameter != list.begin()) line += parameter.sub ? ":" : ";";
      line += parameter.given ? std::to_string(parameter.value) : "-";
    }
    return line + (list.complete() ? "" : " and more");
  };
  CHECK(listed("") == "-");
  CHECK(listed("0") == "0");
  CHECK(listed(";") == "-;-");
  CHECK(listed("1;31") == "1;31");
  CHECK(listed("38:2::1:2:3;4:3") == "38:2:-:1:2:3;4:3");
  CHECK(listed("007;65535;65536;99999999999999999999") == "7;65535;65535;65535");
  const std::string most(2 * vt::parameter_list::max_size - 1, ';');
  CHECK(vt::parameter_list(most).size() == vt::parameter_list::max_size);
  CHECK_FALSE(vt::parameter_list(most).complete());
  CHECK(vt::parameter_list(most.substr(0, vt::parameter_list::max_size - 1)).complete());
}

TEST_CASE("an absent parameter reads as the default of its sequence") {
  const vt::parameter_list list(";0");
  CHECK(list.value_or(0, 7) == 7);
  CHECK(list.value_or(1, 7) == 0);
  CHECK(list.value_or(2, 7) == 7);
}
