// What a screen knows of what a program asks its terminal, at the moment of the query: numbers.
//
// No byte of a reply is made here, where output was read: that is for somebody who has met the same
// query himself (vt/stream/replies.hpp, which says what the numbers are).
#pragma once

#include <vt/stream/replies.hpp>

namespace vt {

class screen;

// Called while a screen is fed, for each query in the order of the output.
class query_sink {
 public:
  query_sink() = default;
  query_sink(const query_sink&) = default;
  query_sink& operator=(const query_sink&) = default;
  virtual ~query_sink() = default;
  virtual void push(const answer& a) = 0;
};

answer_numbers numbers_for(const query& asked, const screen& s);

}  // namespace vt
