// The lines that left a screen at its top, oldest out first.
//
// It keeps rows as a row_encoder wrote them and decides only which are still kept: at most so many
// rows and so many bytes. Rows lie one behind the other in chunks; none moves or is copied again
// once the next chunk has begun, and dropping the oldest frees a chunk now and then.
//
// Law: it keeps the longest end, within both limits, of all rows since a clear(), however they fell
// into chunks. So no more than max_size() of the last rows count for what is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

#include <vt/screen/row_bytes.hpp>

namespace vt {

struct scrollback_limits {
  std::size_t rows = 10'000;
  std::size_t bytes = std::size_t{8} * 1024 * 1024;
};

class scrollback {
 public:
  explicit scrollback(scrollback_limits limits = {}) : limits_(limits) {}

  // What row_encoder::finish() gave; copied. A row that alone is beyond the limits is not kept, nor
  // is any that came before it.
  void push(std::string_view row);

  void clear();  // ED 3; frees all

  std::size_t size() const { return rows_; }
  std::size_t max_size() const;  // as many as the limits let it ever be

  // 0 is the oldest, i < size(). Holds until the next push() or clear().
  stored_row operator[](std::size_t i) const;

  // What the rows are charged with, never above the limit: their bytes, 4 for the place of each,
  // and a seventh of both for what chunks leave free. Memory in use is at most 64 KiB more.
  std::size_t bytes_used() const { return charged_; }

  std::size_t memory_used() const;  // of the chunks, as allocated

 private:
  // Rows from the front, where each of them ends from the back.
  class chunk {
   public:
    chunk(std::size_t first_row, std::size_t capacity);

    bool has_room(std::size_t row) const;
    void append(std::string_view row);
    void trim();  // gives back what is free, if it is much
    stored_row row(std::size_t number) const;

    std::size_t first_row() const { return first_row_; }
    std::size_t end_row() const { return first_row_ + count_; }
    std::size_t capacity() const { return capacity_; }

   private:
    std::uint32_t end_of(std::size_t i) const;  // of the i-th row here

    std::size_t first_row_;
    std::size_t capacity_;
    std::size_t used_ = 0;
    std::size_t count_ = 0;
    std::unique_ptr<char[]> bytes_;
  };

  void drop_oldest();

  scrollback_limits limits_;
  std::deque<chunk> chunks_;
  std::size_t first_ = 0;  // the number of the oldest row; numbers go on for ever
  std::size_t rows_ = 0;
  std::size_t charged_ = 0;
};

}  // namespace vt
