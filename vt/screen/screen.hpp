// What a terminal shows and how it goes on, after what was written to it (xterm ctlseqs, ECMA-48):
// both screens, the cursor, and all that a later byte depends on.
//
// Any bytes may be fed: nothing is trusted, memory is bounded (16 bytes for each of its cells, and
// at most 17 MiB beside them). Where terminals disagree it does as xterm does in UTF-8, without
// reflow: so EL after the last column was written erases that, where tmux erases nothing. Of
// libvterm it uses VTermState alone, and gives it nothing but sequences of its own making
// (engine.hpp). Not modelled: graphics, double-width lines, reverse wrap, VT52, printing, columns
// by DECCOLM, rectangles but those of margins, REP beyond a screen's cells or, between column
// margins, beyond the next row.
//
// It replies to nothing, waits for nothing and keeps no history: rows that leave the primary screen
// at its top go to a sink, and so do the numbers that answer a program's query (answers.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vt/screen/cell_tables.hpp>
#include <vt/screen/grid.hpp>
#include <vt/screen/titles.hpp>
#include <vt/stream/journal.hpp>
#include <vt/stream/tokenizer.hpp>

namespace vt {

class engine;
class query_sink;
enum class edit : std::uint8_t;

// Called while the screen is fed or resized. `tables` says what the numbers in the row are; neither
// holds longer than the call.
class line_sink {
 public:
  line_sink() = default;
  line_sink(const line_sink&) = default;
  line_sink& operator=(const line_sink&) = default;
  virtual ~line_sink() = default;
  virtual void push(const row_view& row, int columns, const cell_tables& tables) = 0;
  virtual void clear() = 0;  // ED 3
};

struct cursor_position {
  int row = 0;
  int column = 0;
  bool wraps = false;  // in the last column, which was written: the next character wraps first
  bool operator==(const cursor_position&) const = default;
};

struct kept_cursor {
  cursor_position at;
  drawing text;
  bool operator==(const kept_cursor&) const = default;
};

class screen {
 public:
  static constexpr int max_rows = 1024;
  static constexpr int max_columns = 2048;
  static constexpr int max_cells = 1 << 18;
  static constexpr std::size_t max_pending = 8192;

  // Sizes are clamped: 1 to max_rows, and 2 to max_columns, but no more than make max_cells. The
  // sinks may be null, and outlive the screen.
  screen(int rows, int columns, line_sink* sink = nullptr, query_sink* queries = nullptr);
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;
  ~screen();

  void feed(std::string_view bytes);  // cut anywhere

  // Counts bytes that are left out and does the SGRs in them; the cursor stays in its row. They are
  // what a skipper says may be left out (skip.hpp), and end with CR.
  void pass_over(std::string_view bytes);

  // Margins are undone. Rows that no longer fit go first below the cursor, then at the top.
  void resize(int rows, int columns);

  int rows() const { return primary().rows(); }
  int columns() const { return primary().columns(); }

  const grid& primary() const { return grids_[0]; }
  const grid& alternate() const { return grids_[1]; }  // kept when it is left, as xterm does
  bool on_alternate() const { return alternate_; }
  const grid& shown() const { return grids_[alternate_ ? 1 : 0]; }
  const cell_tables& tables() const { return tables_; }

  cursor_position cursor() const { return cursor_; }

  // How the next character is drawn: pen, charsets, origin mode, DECSCA. Exact, as xterm has it;
  // the journal's own is made to be undone, and may have more on.
  const drawing& text() const { return text_; }
  std::string_view open_link() const { return tables_.link(like_.link); }
  unsigned single_shift() const { return single_shift_; }  // 2 or 3: G2 or G3, once; 0: none

  // DECSC, of each screen. Where nothing was saved: home, and plain.
  const kept_cursor& saved(bool on_alternate) const { return saved_[on_alternate ? 1 : 0]; }

  bool tab_stop(int column) const { return tabs_[static_cast<std::size_t>(column)]; }
  const area& margins() const { return margins_; }  // the whole screen if none are set
  bool autowrap() const { return autowrap_; }
  bool inserting() const { return journal_.state().insert; }

  const spoken& said() const { return said_; }  // titles, directory, colours

  // All else that is on. It is never in the midst of a sequence; this screen may be.
  const vt::journal& journal() const { return journal_; }

  // The bytes of an unfinished sequence, string or character, which a terminal must be given before
  // what comes next. Of a very long string the beginning.
  std::string_view pending() const { return pending_; }

  std::uint64_t position() const { return position_; }  // bytes fed so far

 private:
  struct clamped {};
  screen(clamped, int rows, int columns, line_sink* sink, query_sink* queries);

  grid& now() { return grids_[alternate_ ? 1 : 0]; }

  // Reading (screen.cpp).
  void take_plain(std::string_view& bytes);
  void keep_pending(std::string_view taken, const std::optional<token>& found);
  void apply(const token& t);
  void tell(const token& t, std::uint64_t end);

  // What sequences mean (functions.cpp).
  void control(char byte);
  void escape(const token& t);
  void sequence(const token& t);
  void move(const token& t, int count);
  void set_dec_modes(const parameter_list& given, bool on);
  void set_dec_mode(unsigned number, bool on);
  void window_operation(const parameter_list& given);
  void link(std::string_view payload);
  void set_rows(const parameter_list& given);
  void set_columns(const parameter_list& given);
  void guard(bool on);

  // Text (text.cpp).
  void print(std::string_view text);
  void print_ascii(std::string_view ascii);
  bool translates() const;
  void print_translated(std::string_view ascii);
  void print(char32_t character);
  void put(std::string_view ascii);
  void put(char32_t character, int width, int count);
  void combine(char32_t character);
  void repeat(int count);
  int most_repeated() const;
  int edge() const;
  void wrap();
  void draw_anew();
  std::uint16_t style_of(const pen& wanted);
  using number_in = std::uint16_t (*)(const cell&);  // which of a table's
  template <class Table, class Value>
  std::uint16_t number_of(Table& table, const Value& value, number_in in);  // 0: there is no room
  template <class Table>
  bool collect(Table& table, number_in in);
  bool has_room_for_link(std::size_t bytes);

  // The cursor.
  void move_to(int row, int column);
  void place(int row, int column);  // as CUP does: in origin mode inside the margins
  int line_begin() const;
  void carriage_return();
  void line_feed();
  void reverse_line_feed();
  void tab(int count);
  void tab_back(int count);
  void clear_tabs(int what);
  void default_tabs(int from);
  void save_cursor();
  void restore_cursor();

  // Cells.
  void run(edit what, int number);
  void erase(edit what, int part);
  void scroll(const area& where, int up, int left);
  void align();
  void refill();

  // What it is as a whole.
  bool has_column_margins() const;
  void whole_margins();
  void set_margins(const area& to);
  void show_alternate(bool on);
  void soft_reset();
  void full_reset();
  int resize_grid(bool alternate, int rows, int columns, int cursor_row);

  tokenizer tokens_;
  vt::journal journal_;
  cell_tables tables_;
  std::array<grid, 2> grids_;
  std::unique_ptr<engine> engine_;
  line_sink* sink_;
  query_sink* queries_;

  cursor_position cursor_;
  drawing text_;
  std::array<kept_cursor, 2> saved_;
  area margins_;
  std::vector<bool> tabs_;
  spoken said_;
  cell like_;              // style, link and guard of the next character
  bool redraw_ = false;    // the pen has changed, the style has not yet
  pen::color filled_ = 0;  // the background that the grids' fill is made of
  char32_t last_ = 0;      // the character printed just before; 0: something else was
  unsigned single_shift_ = 0;
  bool alternate_ = false;
  bool autowrap_ = true;
  bool sinks_ = true;  // what scrolls out at the top goes to the sink
  std::string pending_;
  std::uint64_t position_ = 0;
};

}  // namespace vt
