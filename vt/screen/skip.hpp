// How a screen takes in a backlog of output, so that a flood costs little more than a look at it:
// what leaves no trace in the screen or its history is left out.
//
// It decides what is left out, and feeds all else to the screen, in order and unchanged.
//
// Law: a screen that took a backlog in, and the rows that its sink keeps, are as if it had been
// fed: in every cell, cursor, mode and number of position(), and they stay so. Not so: numbers in
// cells, which mean the same; what else a sink made of rows that are left out; and, on a screen
// that shows more styles or characters of several code points than cell_tables has numbers for,
// which of them are refused. Why it holds is said in skip.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <vt/screen/screen.hpp>

namespace vt {

class skipper {
 public:
  // `kept_rows`: no rows but so many that were pushed last leave a trace in the screen's sink
  // (scrollback::max_size()); without a sink 0. The screen outlives it.
  skipper(screen& to, std::size_t kept_rows);

  // All of it.
  void feed(std::string_view backlog);

  // Takes from the front of `backlog` and feeds no more than `most` bytes of it to the screen,
  // which takes time; the rest takes hardly any. Says how much it took: something, if neither is 0.
  // What is left comes first the next time, with what has come since.
  std::size_t step(std::string_view backlog, std::size_t most);

  // The screen is as if all that was taken had been fed. Where it is not yet, it is nothing to show
  // and not to be resized: the steps up to the end of the same backlog come first.
  bool settled() const { return owed_ == 0; }

  std::uint64_t left_out() const { return left_out_; }  // bytes so far

 private:
  bool is_worth_looking(std::size_t backlog) const;
  std::size_t look(std::string_view backlog);
  std::size_t line_feeds() const;

  screen& screen_;
  std::size_t kept_rows_;
  std::size_t to_feed_ = 0;  // so much of what comes next was looked at
  bool to_its_end_ = false;  // and it was all that had come
  std::size_t owed_ = 0;     // so much before the screen is settled
  std::uint64_t left_out_ = 0;
};

}  // namespace vt
