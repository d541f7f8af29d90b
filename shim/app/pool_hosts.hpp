// The hosts of ssh's configuration that are one pool of masters: what ssh says of each, and which
// of them are members.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <shim/core/mux_pool.hpp>
#include <shim/core/ssh_settings.hpp>
#include <shim/io/capture.hpp>

namespace shim::app {

// What `ssh -G` said with the words of a session.
struct told_settings {
  ssh_settings settings;
  pool_connection connection;
};

struct pool_candidate {
  std::string name;         // as the configuration has it
  std::string destination;  // it, with the user and the port that the session's has
  std::optional<told_settings> told{};
};

// ssh being asked for several, all at the same time; killed where nobody wants to know any more.
class pool_question {
 public:
  // `argv`: of `ssh -G` with the session's words and that destination.
  void ask(const std::string& ssh, pool_candidate candidate, const std::vector<std::string>& argv);

  // In the order in which they were asked.
  std::vector<pool_candidate> answers(std::chrono::steady_clock::time_point deadline);

 private:
  std::vector<pool_candidate> candidates_;
  std::vector<std::unique_ptr<io::capture>> asked_;
};

// Why a candidate is no member of the pool of a session, to stand behind its
// name and a colon; nothing if it is one. `paths`: of those that are.
std::optional<std::string> why_no_member(const pool_candidate& candidate,
                                         const pool_connection& session,
                                         const std::vector<std::string>& paths);

}  // namespace shim::app
