// The laws of queries and replies: no cut changes what is asked nor where; a screen meets the same
// queries in the same places, and what it says is how it is; whatever numbers and facts a reply is
// made of, it has the form of its query, at most 64 bytes, no control but ESC, and is no query.
//   byte 0: how reads are cut; the two lowest bits: 0, the rest chooses from a grammar of output;
//   1, it is output; 2, it is what a terminal sends; 3, it is numbers and facts.
#include <vt/screen/answers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/answers_model.hpp>

namespace {

constexpr std::size_t most_replayed = 16;  // each is all of the output before it once more

void hold(const std::string& broken) {
  if (!broken.empty()) std::fprintf(stderr, "%s\n", broken.c_str());
  CHECK(broken.empty());
}

void check_output(std::string_view output, std::size_t piece) {
  const auto whole = test::queries_in_pieces(output, output.size() + 1);
  CHECK(whole == test::queries_by_model(output));
  CHECK(whole == test::queries_in_pieces(output, piece));
  CHECK(whole == test::queries_in_pieces(output, 1));

  const auto answers = test::answers_in_pieces(output, output.size() + 1);
  CHECK(test::placed(answers) == whole);
  CHECK(test::answers_in_pieces(output, piece) == answers);
  for (std::size_t i = 0; i < std::min(answers.size(), most_replayed); ++i)
    hold(test::broken_answer(output, answers[i]));
}

vt::terminal_facts facts_in_pieces(std::string_view sent, std::size_t size) {
  vt::key_decoder decoder;
  vt::terminal_facts_reader reader;
  for (; !sent.empty(); sent.remove_prefix(std::min(size, sent.size()))) {
    auto read = sent.substr(0, size);
    while (const auto found = decoder.next(read)) reader.take(*found);
  }
  return reader.facts();
}

void check_reply(const vt::query& asked, const vt::answer_numbers& numbers,
                 const vt::terminal_facts& facts) {
  hold(test::broken_law(asked, vt::reply_to(asked, numbers, facts).bytes()));
}

constexpr unsigned kinds = test::reply_forms.size();

// What the facts make is read as the same facts, if there is room for them.
void check_sent(std::string_view sent, std::size_t piece) {
  const auto facts = facts_in_pieces(sent, sent.size() + 1);
  CHECK(facts_in_pieces(sent, piece) == facts);
  CHECK(facts_in_pieces(sent, 1) == facts);
  std::string again;
  for (unsigned kind = 0; kind < kinds; ++kind) {
    const vt::query asked{static_cast<vt::query_kind>(kind)};
    check_reply(asked, {}, facts);
    const auto said = vt::reply_to(asked, {}, facts);
    if (facts.attribute_count == 0 && asked.kind == vt::query_kind::primary_attributes) continue;
    if (!facts.secondary && asked.kind == vt::query_kind::secondary_attributes) continue;
    again += said.bytes();
  }
  for (std::uint16_t number = 10; number <= 12; ++number)
    again += vt::reply_to({vt::query_kind::color, number}, {}, facts).bytes();
  CHECK(facts_in_pieces(again, again.size() + 1) == facts);
}

void check_numbers(std::string_view bytes) {
  fuzz::choices random{bytes};
  vt::terminal_facts facts;
  const auto number = [&random] { return static_cast<std::uint16_t>(random()); };
  const auto wide = [&number] {
    const std::uint32_t high = number();
    return high << 16 | number();
  };
  facts.attribute_count = static_cast<std::uint8_t>(random.next());
  facts.key_flags = random.next() % 2 != 0;
  for (auto& each : facts.attributes) each = number();
  facts.secondary = {number(), number(), number()};
  for (auto& each : facts.version_bytes) each = static_cast<char>(random.next());
  for (auto& each : facts.colors)
    if (random.next() % 2 != 0) each = vt::color_value{number(), number(), number()};
  while (!random.bytes.empty()) {
    const auto kind = static_cast<vt::query_kind>(random.next() % (kinds + 1));
    const auto which = number();
    check_reply({kind, which}, {wide(), wide(), wide(), wide()}, facts);
  }
}

std::string chosen_output(std::string_view bytes) {
  fuzz::choices random{bytes};
  std::string all;
  while (!random.bytes.empty()) all += test::asking_output(random, 1);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto piece = data[0] / std::size_t{4} + 1;
  switch (data[0] % 4) {
    case 0: check_output(chosen_output(bytes), piece); break;
    case 1: check_output(bytes, piece); break;
    case 2: check_sent(bytes, piece); break;
    default: check_numbers(bytes); break;
  }
  return 0;
}
