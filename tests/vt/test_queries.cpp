#include <vt/stream/queries.hpp>

#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/query_grammar.hpp>
#include <tests/support/query_model.hpp>
#include <tests/support/text.hpp>

namespace vt {

std::ostream& operator<<(std::ostream& out, const placed_query& q) {
  return out << "kind " << static_cast<int>(q.asked.kind) << " number " << q.asked.number << " end "
             << q.end;
}

}  // namespace vt

namespace {

using vt::placed_query;
using vt::query;
using vt::query_kind;

struct asking {
  std::string_view bytes;
  query asked;
};

std::vector<placed_query> queries_in(std::string_view output) {
  return test::queries_in_pieces(output, output.size() + 1);
}

}  // namespace

TEST_CASE("what programs ask terminals is a query, at any cut") {
  const auto row = GENERATE(values<asking>({
      {"\x1b[c", {query_kind::primary_attributes}},
      {"\x1b[0c", {query_kind::primary_attributes}},
      {"\x1bZ", {query_kind::primary_attributes}},
      {"\x1b[>c", {query_kind::secondary_attributes}},
      {"\x1b[>0c", {query_kind::secondary_attributes}},
      {"\x1b[>q", {query_kind::version}},
      {"\x1b[>0q", {query_kind::version}},
      {"\x1b[5n", {query_kind::status}},
      {"\x1b[0005n", {query_kind::status}},
      {"\x1b[6n", {query_kind::cursor}},
      {"\xc2\x9b"
       "6n",
       {query_kind::cursor}},
      {"\x1b[\r6n", {query_kind::cursor}},
      {"\x1b[\x1b[6n", {query_kind::cursor}},
      {"\x1b[?6n", {query_kind::cursor_in_page}},
      {"\x1b[4$p", {query_kind::ansi_mode, 4}},
      {"\x1b[?2026$p", {query_kind::dec_mode, 2026}},
      {"\x1b[?0$p", {query_kind::dec_mode, 0}},
      {"\x1b[?99999$p", {query_kind::dec_mode, 65535}},
      {"\x1bP$qm\x1b\\", {query_kind::pen}},
      {"\x1bP$qm\xc2\x9c", {query_kind::pen}},
      {"\x1bP$qr\x1b\\", {query_kind::rows}},
      {"\x1bP$qs\x1b\\", {query_kind::columns}},
      {"\x1bP$q q\x1b\\", {query_kind::cursor_style}},
      {"\x1bP$q\"q\x1b\\", {query_kind::guard}},
      {"\x1bP$q\"p\x1b\\", {query_kind::level}},
      {"\x1bP$qt\x1b\\", {query_kind::no_setting}},
      {"\x1bP$q\x1b\\", {query_kind::no_setting}},
      {"\x1bP$qm \x1b\\", {query_kind::no_setting}},
      {"\x1b[?u", {query_kind::key_flags}},
      {"\x1b]10;?\x1b\\", {query_kind::color, 10}},
      {"\x1b]11;?\x07", {query_kind::color, 11}},
      {"\x1b]12;?\xc2\x9c", {query_kind::color, 12}},
  }));
  const auto bytes = "abc" + std::string(row.bytes) + "def";
  const std::vector<placed_query> expected{{row.asked, row.bytes.size() + 3}};
  CAPTURE(test::escaped(row.bytes));
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    CAPTURE(cut);
    vt::query_reader reader;
    std::vector<placed_query> all;
    for (auto piece : {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)})
      while (const auto found = reader.next(piece)) all.push_back(*found);
    CHECK(all == expected);
  }
}

TEST_CASE("what sets something, is cut off, or asks for more than it is spelled for is no query") {
  const auto output = GENERATE(values<std::string>({
      "text, \u00e9\u4e16 and \xff",
      "\x1b[1c",
      "\x1b[0;0c",
      "\x1b[0:0c",
      "\x1b[>0;115;0c",  // DA2's reply of a terminal
      "\x1b[>1q",
      "\x1b[2 q",
      "\x1b[0n",
      "\x1b[5;6n",
      "\x1b[?5n",
      "\x1b[$p",
      "\x1b[?$p",
      "\x1b[?1;2$p",
      "\x1b[!p",
      "\x1b[62;1\"p",
      "\x1b[u",
      "\x1b[?0u",
      "\x1b[=1u",
      "\x1b[<u",
      "\x1b[?1?6n",
      "\x1b[6\x18n",
      "\x1b[6\u00e9n",
      "\x1b[6",
      "\x1bP$qm\x18",
      "\x1bP$qm\x07",
      "\x1bP$qm",
      "\x1bP0$qm\x1b\\",
      "\x1bP1$r0m\x1b\\",
      "\x1bP$q" + std::string(vt::max_payload_bytes, 'm') + "m\x1b\\",
      "\x1b]11;?",
      "\x1b]11;?\x18",
      "\x1b]11;red\x07",
      "\x1b]11;?;\x07",
      "\x1b]10;?;?\x07",
      "\x1b]011;?\x07",
      "\x1b]13;?\x07",
      "\x1b]4;1;?\x07",
  }));
  CAPTURE(test::escaped(output));
  CHECK(queries_in(output).empty());
  CHECK(test::queries_in_pieces(output, 1).empty());
}

TEST_CASE("queries are counted from where the reader begins") {
  vt::query_reader reader(1000);
  std::string_view output = "\x1b[6n\x1b[31mred\x1b[c.";
  CHECK(reader.next(output) == placed_query{{query_kind::cursor}, 1004});
  CHECK(output == "\x1b[31mred\x1b[c.");
  CHECK(reader.next(output) == placed_query{{query_kind::primary_attributes}, 1015});
  CHECK(output == ".");
  CHECK(reader.next(output) == std::nullopt);
  CHECK(output.empty());
  output = "\x1b[5n";
  CHECK(reader.next(output) == placed_query{{query_kind::status}, 1020});
}

TEST_CASE("no cut changes which queries are found, nor where; they are the model's") {
  std::mt19937 random(1);
  const test::output_grammar others;
  const test::query_grammar queries;
  std::size_t found = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string output;
    for (auto pieces = 1 + random() % 12; pieces > 0; --pieces)
      output += random() % 2 == 0 ? others(random, 1) : queries(random, 1);
    CAPTURE(test::escaped(output));
    const auto whole = queries_in(output);
    found += whole.size();
    REQUIRE(whole == test::queries_by_model(output));
    for (const std::size_t size : {1u, 2u, 3u, 7u})
      REQUIRE(test::queries_in_pieces(output, size) == whole);
  }
  CHECK(found > 1000);
}
