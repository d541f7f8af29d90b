// A session that nobody is attached to, as far as queries go; and what must hold for each answer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/query_grammar.hpp>
#include <tests/support/query_model.hpp>
#include <tests/support/reply_model.hpp>
#include <tests/support/screen_grammar.hpp>
#include <tests/support/screen_model.hpp>
#include <vt/screen/answers.hpp>

namespace test {

struct answers final : vt::query_sink {
  std::vector<vt::answer> got;

  void push(const vt::answer& a) override { got.push_back(a); }
};

inline std::vector<vt::placed_query> placed(const std::vector<vt::answer>& all) {
  std::vector<vt::placed_query> queries;
  queries.reserve(all.size());
  for (const auto& each : all) queries.push_back(each.to);
  return queries;
}

inline std::vector<vt::answer> answers_in_pieces(std::string_view output, std::size_t size,
                                                 int rows = 8, int columns = 20) {
  answers all;
  vt::screen s(rows, columns, nullptr, &all);
  for (; !output.empty(); output.remove_prefix(std::min(size, output.size())))
    s.feed(output.substr(0, size));
  return all.got;
}

// The screen, and who replies: to what he has met himself, by the numbers for just that.
struct unattended {
  unattended(int rows, int columns) : screen(rows, columns, nullptr, &told) {}

  void write(std::string_view output) {
    screen.feed(output);
    while (const auto met = reader.next(output)) {
      const auto& answer = told.got.at(next++);
      if (answer.to == *met) replied += vt::reply_to(met->asked, answer.numbers, {}).bytes();
    }
  }

  answers told;
  vt::screen screen;
  vt::query_reader reader;
  std::size_t next = 0;
  std::string replied;
};

// Output of which about a third are questions.
template <class Random>
std::string asking_output(Random& random, std::size_t pieces) {
  const screen_grammar others;
  const query_grammar queries;
  std::string all;
  for (; pieces > 0; --pieces) {
    const bool asks = static_cast<unsigned>(random()) % 3 == 0;
    all += asks ? queries(random, 1) : others(random, 1);
  }
  return all;
}

// What a program writes that wants it to be as the reply says: nothing, if there is nothing to set.
inline std::string setting(const vt::query& asked, const vt::answer_numbers& numbers,
                           std::string_view reply) {
  const auto mode = "\x1b[" + std::string(asked.kind == vt::query_kind::dec_mode ? "?" : "") +
                    std::to_string(asked.number);
  const auto place = std::to_string(numbers[0]) + ";" + std::to_string(numbers[1]);
  switch (asked.kind) {
    case vt::query_kind::cursor:
    case vt::query_kind::cursor_in_page: return "\x1b[" + place + "H";
    case vt::query_kind::ansi_mode:
    case vt::query_kind::dec_mode:
      if (numbers[0] == 1) return mode + "h";
      return numbers[0] == 2 ? mode + "l" : "";
    case vt::query_kind::pen:
    case vt::query_kind::rows:
    case vt::query_kind::columns:
    case vt::query_kind::cursor_style:
    case vt::query_kind::guard:
      if (!reply.starts_with("\x1bP1$r")) return "";
      return "\x1b[" + std::string(reply.substr(5, reply.size() - 7));
    case vt::query_kind::key_flags: return "\x1b[=" + std::to_string(numbers[0]) + "u";
    case vt::query_kind::color: return std::string(reply);
    default: return "";
  }
}

// Nothing, or what does not hold: the screen as it was at the query says the same when it is asked
// again, and still does after somebody has set what was replied; and it is what it says.
inline std::string broken_answer(std::string_view output, const vt::answer& answer) {
  const auto& asked = answer.to.asked;
  vt::screen s(8, 20);
  s.feed(output.substr(0, answer.to.end));
  if (vt::numbers_for(asked, s) != answer.numbers) return "of another moment";
  vt::terminal_facts facts;
  facts.key_flags = true;
  const auto made = vt::reply_to(asked, answer.numbers, facts);
  const auto reply = made.bytes();
  if (auto broken = broken_law(asked, reply); !broken.empty()) return broken;

  const auto cursor = s.cursor();
  const auto pen = s.text().pen;
  const auto margins = s.margins();
  s.feed(setting(asked, answer.numbers, reply));
  if (vt::numbers_for(asked, s) != answer.numbers) return "not what was set";
  if (asked.kind == vt::query_kind::cursor &&
      (cursor.row != s.cursor().row || cursor.column != s.cursor().column))
    return "another cursor";
  if (asked.kind == vt::query_kind::pen && !(pen == s.text().pen)) return "another pen";
  if (asked.kind == vt::query_kind::rows &&
      (margins.first != s.margins().first || margins.last != s.margins().last))
    return "other margins";
  return {};
}

}  // namespace test
