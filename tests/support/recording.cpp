#include <tests/support/recording.hpp>

namespace test {

recording record(const std::vector<std::string>& argv, const std::vector<typing_step>& steps,
                 const run_options& options, const terminal_size& size) {
  terminal seat(size);
  seat.start(argv, options);
  recording made;
  for (const auto& step : steps) {
    seat.expect(step.shown);
    made.marks.push_back(seat.output().size());
    seat.type(step.typed);
  }
  seat.wait_exit();
  made.bytes = seat.output();
  made.marks.push_back(made.bytes.size());
  return made;
}

}  // namespace test
