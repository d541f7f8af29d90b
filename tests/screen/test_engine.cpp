// What the engine says of an edit, beside what a libvterm says that was asked nothing before.
#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <vt/screen/engine.hpp>
#include <vt/screen/libvterm.hpp>

namespace {

constexpr int rows = 8;
constexpr int columns = 20;

// Each with the margins that it heeds; those of rows keep libvterm alone from inserting characters.
struct function {
  vt::edit what;
  std::string_view leader, final;
  bool of_screen = true;
};

constexpr function functions[] = {
    {vt::edit::insert_characters, "", "@", false},
    {vt::edit::delete_characters, "", "P", false},
    {vt::edit::erase_characters, "", "X"},
    {vt::edit::insert_lines, "", "L"},
    {vt::edit::delete_lines, "", "M"},
    {vt::edit::insert_columns, "", "'}"},
    {vt::edit::delete_columns, "", "'~"},
    {vt::edit::scroll_up, "", "S"},
    {vt::edit::scroll_down, "", "T"},
    {vt::edit::erase_display, "", "J"},
    {vt::edit::erase_line, "", "K"},
    {vt::edit::erase_display_selective, "?", "J"},
    {vt::edit::erase_line_selective, "?", "K"},
};

std::string joined(std::initializer_list<int> numbers) {
  std::string text;
  for (const int n : numbers) text += std::to_string(n) + ' ';
  return text + '\n';
}

std::string told(const vt::engine::operations& all) {
  std::string text;
  for (const auto& o : all)
    text += joined({o.first, o.last, o.left, o.right, o.up, o.leftward, o.selective});
  return text;
}

void add(void* to, const VTermRect& r, int up, int leftward, int selective) {
  if (r.start_row >= r.end_row) return;  // there is nothing above the first row
  *static_cast<std::string*>(to) +=
      joined({r.start_row, r.end_row, r.start_col, r.end_col, up, leftward, selective});
}

// A libvterm that is made for one question.
std::string said_by_libvterm(const std::string& sequence) {
  std::string text;
  auto* const v = vterm_new(rows, columns);
  auto* const state = vterm_obtain_state(v);
  vterm_state_reset(state, 1);
  const auto callbacks = vt::state_callbacks(
      [](VTermRect r, int up, int leftward, void* to) {
        add(to, r, up, leftward, 0);
        return 1;
      },
      [](VTermRect r, int selective, void* to) {
        add(to, r, 0, 0, selective);
        return 1;
      });
  vterm_state_set_callbacks(state, &callbacks, &text);
  vterm_input_write(v, sequence.data(), sequence.size());
  vterm_free(v);
  return text;
}

}  // namespace

TEST_CASE("an edit is what libvterm does there, whatever was asked before") {
  std::mt19937 random(1);
  const auto below = [&random](int count) { return static_cast<int>(random() % unsigned(count)); };
  const auto pair = [](int a, int b) { return std::to_string(a) + ';' + std::to_string(b); };
  vt::engine asked(rows, columns);
  std::size_t answered = 0;
  for (int trial = 0; trial < 30'000; ++trial) {
    const auto& f = functions[below(std::size(functions))];
    vt::area margins{0, rows, 0, columns};
    if (f.of_screen && below(2) == 0) margins = {below(3), 4 + below(5), 0, columns};
    if (below(3) == 0) margins.left = below(3), margins.right = 6 + below(15);
    const int row = below(rows);
    const int column = below(columns);
    const bool of_part = f.final == "J" || f.final == "K";
    const int number = below(of_part ? 3 : 12);
    const auto sequence = "\x1b[" + pair(margins.first + 1, margins.last) + "r\x1b[?69h\x1b[" +
                          pair(margins.left + 1, margins.right) + "s\x1b[" +
                          pair(row + 1, column + 1) + "H\x1b[" + std::string(f.leader) +
                          std::to_string(number) + std::string(f.final);
    const auto said = told(asked.run(f.what, number, row, column, margins));
    answered += said.empty() ? 0 : 1;
    INFO(sequence.substr(1));
    REQUIRE(said == said_by_libvterm(sequence));
  }
  CHECK(answered > 20'000);
}
