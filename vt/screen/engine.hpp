// What a sequence that edits a screen does to it, asked of libvterm's VTermState.
//
// libvterm crashes, hangs and corrupts memory on short strings of bytes. So it never sees any that
// came from outside: no text, no character set, no mode but DECLRMM, no SGR, no string, no saved
// cursor, no change of size. It gets what is spelled here, of one function of the list and numbers
// that fit its screen, and says which cells to move and to erase. Where the cursor goes is the
// screen's own business.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
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
    area where;
    int up = 0, left = 0;  // both 0: erased
    bool selective = false;
  };

  engine(int rows, int columns);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  // `number` is clamped to what is of any use. What is returned holds until the next call.
  std::span<const operation> run(edit what, int number, int row, int column, const area& margins);

 private:
  struct free_vterm {
    void operator()(VTerm* v) const;
  };

  void note(const operation& what);
  void add_margins(const area& wanted);
  void add(const char* sequence, int first, int second);
  void send();

  int rows_, columns_;
  area margins_;  // as libvterm has them, and its cursor
  int row_ = 0, column_ = 0;
  std::array<char, 96> bytes_;  // to be sent
  std::size_t size_ = 0;
  std::unique_ptr<VTerm, free_vterm> vterm_;
  std::array<operation, 8> noted_;
  std::size_t count_ = 0;
};

}  // namespace vt
