// From samples to what is printed: medians, their spread, tables, and whether a claim holds.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace bench {

using steady = std::chrono::steady_clock;

constexpr double microseconds(steady::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}
constexpr double milliseconds(steady::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// More than a history has room for, unless it is told otherwise.
constexpr int many_lines = 12'000;

// By nearest rank; `share` of 0.5 is the median. `values` is not empty.
double percentile(std::vector<double> values, double share);
double median(const std::vector<double>& values);

// One figure per round. A difference or a ratio is taken round by round, as a round's figures share
// the machine's pace, and only then summed up; a contender that gave up has fewer rounds.
using rounds = std::vector<double>;
rounds minus(const rounds& a, const rounds& b);
rounds over(const rounds& a, const rounds& b);

// "126.1 (124.0..130.2)": the median and the quartiles. "no figure" if there are none.
std::string shown(const rounds& figures, int digits = 1);

class table {
 public:
  explicit table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "holds" or "fails" if at least three quarters of the rounds lie on that side of the limit, else
// by the median only.
std::string verdict(const rounds& figures, double at_most);

}  // namespace bench
