// What a sequence that edits a screen does to it, asked of libvterm's VTermState.
//
// libvterm crashes, hangs and corrupts memory on short strings of bytes. So it never sees any that
// came from outside: no text, no character set, no mode but DECLRMM, no SGR, no string, no saved
// cursor, no change of size. It gets what is spelled here, of one function of the list and numbers
// that fit its screen, and says which cells to move and to erase. Where the cursor goes is the
// screen's own business.
//
// What it says depends on the question alone, so what was asked lately is not asked again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <vt/screen/grid.hpp>

struct VTerm;

namespace vt {

enum class edit : std::uint8_t {
  insert_characters,
  delete_characters,
  erase_characters,
  insert_lines,
  delete_lines,
  insert_columns,
  delete_columns,
  scroll_up,
  scroll_down,
  erase_display,            // the number says which part: 0, 1 or 2
  erase_line,               //
  erase_display_selective,  //
  erase_line_selective,     //
};

class engine {
 public:
  struct operation {
    std::int16_t first = 0, last = 0, left = 0, right = 0;
    std::int16_t up = 0, leftward = 0;  // both 0: erased
    bool selective = false;

    area where() const { return {first, last, left, right}; }
  };

  // In the order in which they are to be done; often one, or none.
  class operations {
   public:
    void add(const operation& one);
    void move_down(int rows);

    const operation* begin() const { return all_.data(); }
    const operation* end() const { return all_.data() + count_; }

   private:
    std::array<operation, 2> all_;  // libvterm 0.1 and 0.3 say no more of one sequence
    std::uint16_t count_ = 0;
  };

  engine(int rows, int columns);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  // `number` is clamped to what is of any use. What is returned holds until the next call.
  const operations& run(edit what, int number, int row, int column, const area& margins);

 private:
  struct free_vterm {
    void operator()(VTerm* v) const;
  };

  // All that an answer depends on but the size: each number in 16 bits.
  struct question {
    std::uint64_t edit = 0;    // and its number, row and column
    std::uint64_t within = 0;  // 0: nothing was asked yet
    bool operator==(const question&) const = default;
  };

  struct answer {
    question to;
    operations said;
  };

  static constexpr int place_bits = 9;  // two answers each: 48 KiB
  static std::size_t place_of(const question& asked);

  void ask(edit what, int number, int row, int column, const area& within);
  void note(const area& where, int up, int leftward, bool selective);
  void add_margins(const area& wanted);
  void add(const char* sequence, int first, int second);
  void send();

  int rows_, columns_;
  area margins_;  // as libvterm has them, and its cursor
  int row_ = 0, column_ = 0;
  std::array<char, 96> bytes_;  // to be sent
  std::size_t size_ = 0;
  std::unique_ptr<VTerm, free_vterm> vterm_;
  std::array<std::array<answer, 2>, 1 << place_bits> answers_;  // the newer one first
  operations said_;
};

}  // namespace vt
