// A place in a directory of the test's own, and processes that hold sessions in it.
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <shim/hold/claim.hpp>
#include <shim/hold/session_list.hpp>
#include <tests/catch.hpp>
#include <tests/support/deadline.hpp>
#include <tests/support/fd.hpp>
#include <tests/support/forked.hpp>
#include <tests/support/temp_dir.hpp>

namespace test {

namespace fs = std::filesystem;

struct place_bench {
  temp_dir dir;
  std::vector<shim::hold::place_path> paths = {{dir.path(), {}, {"place"}}};

  std::string operator/(const std::string& file) const { return dir / "place/" + file; }

  shim::hold::place place() const {
    shim::hold::place_error error;
    shim::hold::place there(paths[0], shim::hold::if_missing::make, error);
    if (error) throw failure(error.what + ": " + error.why.message());
    return there;
  }

  std::vector<shim::hold::listed_session> list() const {
    std::error_code error;
    auto sessions = shim::hold::list_sessions(place(), error);
    if (error) throw failure("cannot list: " + error.message());
    return sessions;
  }

  std::error_code connect(const std::string& name) const {
    std::error_code error;
    const auto connection = shim::hold::connect_to_session(place(), name, error);
    CHECK(static_cast<bool>(connection) == !error);
    return error;
  }
};

inline mode_t mode_of(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) throw failure("there is no " + path);
  return about.st_mode & 07777;
}

inline std::set<std::string> files_in(const std::string& path) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(path)) files.insert(entry.path().filename());
  return files;
}

// A claim in this process.
struct claimed {
  shim::hold::place_error error;
  shim::hold::claim it;

  claimed(const place_bench& bench, const std::string& name,
          shim::hold::if_taken what = shim::hold::if_taken::fail)
      : claimed(bench.paths, name, what) {}
  claimed(const std::vector<shim::hold::place_path>& paths, const std::string& name,
          shim::hold::if_taken what = shim::hold::if_taken::fail)
      : it(paths, name, what, error) {}

  std::error_code restored() {
    shim::hold::place_error why;
    it.restore(why);
    return why.why;
  }
  std::error_code renamed(const std::string& name) {
    shim::hold::place_error why;
    it.rename(name, why);
    return why.why;
  }
};

// A pipe at which processes wait until it is opened: for one of them by a byte, for all when nobody
// has the other end any more.
struct gate {
  owned_fd waits;
  owned_fd opens;

  gate() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw failure("cannot make a pipe");
    waits = owned_fd(ends[0]);
    opens = owned_fd(ends[1]);
  }

  bool is_open() const {
    pollfd watched{waits.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) != 0;
  }
  void let_one_through() const {
    if (::write(opens.get(), "", 1) != 1) throw failure("nobody waits");
  }
  void wait() const {
    char byte = 0;
    while (::read(waits.get(), &byte, 1) < 0 && errno == EINTR) {
    }
  }
};

// A process that claims a name when `start` opens, and keeps it until it is told to end.
class holding_process {
 public:
  holding_process(const std::vector<shim::hold::place_path>& paths, const std::string& name,
                  shim::hold::if_taken what, gate* start = nullptr) {
    gate said;
    pid_ = start_fork([&] { return run(paths, name, what, start, said); });
    told_ = std::move(said.waits);
  }
  holding_process(const holding_process&) = delete;
  holding_process& operator=(const holding_process&) = delete;
  ~holding_process() { kill(); }

  pid_t pid() const { return pid_; }

  // What its session is called; empty if it has none.
  std::string name() {
    std::string all;
    for (char buffer[256]; all.find('\n') == all.npos;) {
      pollfd watched{told_.get(), POLLIN, 0};
      if (::poll(&watched, 1, static_cast<int>(patience.count())) != 1) return "";
      const auto got = ::read(told_.get(), buffer, sizeof buffer);
      if (got <= 0) return "";
      all.append(buffer, static_cast<std::size_t>(got));
    }
    return all.substr(0, all.find('\n'));
  }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    reaped(std::exchange(pid_, -1));
  }

  // Its session's end, as a holder ends.
  end_status finish() {
    end_.let_one_through();
    return reaped(std::exchange(pid_, -1));
  }

 private:
  int run(const std::vector<shim::hold::place_path>& paths, const std::string& name,
          shim::hold::if_taken what, gate* start, gate& said) {
    end_.opens.reset();
    if (start != nullptr) {
      start->opens.reset();
      start->wait();
    }
    shim::hold::place_error error;
    shim::hold::claim mine(paths, name, what, error);
    const auto line = (error ? "" : mine.name()) + "\n";
    if (::write(said.opens.get(), line.data(), line.size()) < 0) return 98;
    end_.wait();
    return error ? 1 : 0;
  }

  pid_t pid_ = -1;
  gate end_;
  owned_fd told_;
};

}  // namespace test
