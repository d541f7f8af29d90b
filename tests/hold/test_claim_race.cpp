// Claims, visits and deaths at the same time, in processes of their own.
#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <set>

#include <tests/hold/place_bench.hpp>

namespace {

namespace fs = std::filesystem;
using namespace shim::hold;
using test::claimed;
using test::files_in;
using test::holding_process;
using test::place_bench;
using sessions = std::vector<listed_session>;
using enum shim::hold::if_taken;

// In memory that forks have in common.
template <class Value>
class shared {
 public:
  shared()
      : at_(static_cast<Value*>(::mmap(nullptr, sizeof(Value), PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~shared() { ::munmap(at_, sizeof(Value)); }
  shared(const shared&) = delete;
  shared& operator=(const shared&) = delete;

  Value& operator*() const { return *at_; }

 private:
  Value* at_;
};

// Lists and connects until it is stopped. Not 0: it could not.
int visit(const place_bench& bench, test::gate& stop) {
  stop.opens.reset();
  const auto where = bench.place();
  std::error_code error;
  while (!stop.is_open() && !error) {
    for (const auto& session : list_sessions(where, error)) {
      std::error_code gone;
      connect_to_session(where, session.name, gone);
    }
  }
  return error ? 1 : 0;
}

// Until it is killed.
int claim_and_rename(const place_bench& bench, std::atomic<int>& turns) {
  while (true) {
    claimed web(bench, "web");
    web.renamed("db");
    ++turns;
  }
}

// A name that nobody else wants. Not 0: what it did not get.
int claim_again_and_again(const place_bench& bench, const std::string& name) {
  for (int turn = 0; turn < 300; ++turn) {
    claimed session(bench, name);
    if (session.error || !session.it.still_there()) return 1;
    if (session.renamed(name + "-new")) return 2;
    std::error_code error;
    session_directory begun(bench.place(), error);
    if (error) return 3;
    if (turn % 2 == 0) begun.forget();  // as if it was killed
    if (turn % 3 == 0) session.it.forget();
  }
  return 0;
}

// Claims one name again and again, and gives it up in every way. Not 0: what went wrong.
int contend(const place_bench& bench, unsigned seed, std::atomic<int>& owners) {
  std::mt19937 random(seed);
  for (int claims = 0; claims < 50;) {
    claimed web(bench, "web");
    if (web.error.why == place_errc::name_taken) continue;
    if (web.error) return 1;
    if (++owners != 1) return 2;
    ++claims;
    for (int looks = 0; looks < 5; ++looks) {
      ::sched_yield();
      if (!web.it.still_there()) return 3;
    }
    --owners;
    if (random() % 4 != 0) web.it.forget();  // as if it was killed
    if (random() % 2 == 0 && web.it.listener() >= 0) web.renamed("db");
  }
  return 0;
}

}  // namespace

TEST_CASE("twenty who claim one name at once have twenty, and none is lost") {
  const place_bench bench;
  test::gate start;
  std::vector<std::unique_ptr<holding_process>> holders;
  while (holders.size() < 20)
    holders.push_back(std::make_unique<holding_process>(bench.paths, "web", next_number, &start));
  start.opens.reset();
  std::set<std::string> names;
  for (auto& holder : holders) names.insert(holder->name());
  std::set<std::string> expected = {"web"};
  for (int number = 2; number <= 20; ++number) expected.insert("web-" + std::to_string(number));
  CHECK(names == expected);
  CHECK(files_in(bench / "") == expected);
  for (const auto& name : expected) CHECK_FALSE(bench.connect(name));
  for (auto& holder : holders) CHECK(holder->finish() == test::exited(0));
  CHECK(fs::is_empty(bench / ""));
}

TEST_CASE("of twenty who insist on one name exactly one has it") {
  const place_bench bench;
  test::gate start;
  std::vector<std::unique_ptr<holding_process>> holders;
  while (holders.size() < 20)
    holders.push_back(std::make_unique<holding_process>(bench.paths, "web", fail, &start));
  start.opens.reset();
  const auto has_it = [](auto& holder) { return holder->name() == "web"; };
  CHECK(std::ranges::count_if(holders, has_it) == 1);
  CHECK(files_in(bench / "") == std::set<std::string>{"web"});
}

TEST_CASE("a session whose holder was killed is seen to be dead, and swept away") {
  const place_bench bench;
  holding_process holder(bench.paths, "web", fail);
  REQUIRE(holder.name() == "web");
  const claimed alive(bench, "db");
  CHECK(bench.list() == sessions{{"db", true}, {"web", true}});
  holder.kill();
  CHECK(bench.connect("web") == std::errc::connection_refused);
  CHECK(bench.list() == sessions{{"db", true}, {"web", false}});
  CHECK(bench.list() == sessions{{"db", true}});
  CHECK(files_in(bench / "") == std::set<std::string>{"db"});
  CHECK(bench.connect("web") == std::errc::no_such_file_or_directory);
}

TEST_CASE("a holder that is stopped is alive") {
  const place_bench bench;
  holding_process holder(bench.paths, "web", fail);
  REQUIRE(holder.name() == "web");
  ::kill(holder.pid(), SIGSTOP);
  CHECK(bench.list() == sessions{{"web", true}});
  CHECK(claimed(bench, "web").error.why == place_errc::name_taken);
  CHECK_FALSE(bench.connect("web"));
}

TEST_CASE("the name of a session whose holder was killed is free") {
  const place_bench bench;
  holding_process holder(bench.paths, "web", fail);
  REQUIRE(holder.name() == "web");
  holder.kill();
  const claimed web(bench, "web");
  CHECK_FALSE(web.error);
  CHECK_FALSE(bench.connect("web"));
}

TEST_CASE("a holder that was killed while it claimed leaves nothing for long") {
  const place_bench bench;
  {
    std::error_code error;
    session_directory made(bench.place(), error);
    REQUIRE_FALSE(error);
    CHECK(bench.list().empty());
    CHECK(files_in(bench / "").size() == 1);
    made.forget();
  }
  CHECK(files_in(bench / "").size() == 1);
  CHECK(bench.list().empty());
  CHECK(fs::is_empty(bench / ""));
}

TEST_CASE("nobody who looks hits one that is being made") {
  const place_bench bench;
  fs::create_directory(bench / "");
  ::chmod((bench / "").c_str(), 0700);
  fs::create_directory(bench / ".new-1");
  CHECK(bench.list().empty());
  CHECK(fs::exists(bench / ".new-1"));
  const claimed web(bench, "web");
  CHECK_FALSE(web.error);
  CHECK(files_in(bench / "") == std::set<std::string>{".new-1", "web"});
}

TEST_CASE("no claim ever fails because others list, sweep or connect") {
  const place_bench bench;
  REQUIRE(bench.list().empty());
  test::gate stop;
  std::vector<pid_t> visitors;
  while (visitors.size() < 3)
    visitors.push_back(test::start_fork([&] { return visit(bench, stop); }));
  std::vector<pid_t> holders;
  for (const std::string& name : {std::string("web"), std::string("db"), std::string("mail")})
    holders.push_back(test::start_fork([&] { return claim_again_and_again(bench, name); }));
  for (const pid_t pid : holders) CHECK(test::reaped(pid) == test::exited(0));
  stop.opens.reset();
  for (const pid_t pid : visitors) CHECK(test::reaped(pid) == test::exited(0));
  bench.list();
  CHECK(fs::is_empty(bench / ""));
}

TEST_CASE("of several who claim one name, leave and die in turn, never two have it") {
  const place_bench bench;
  const shared<std::atomic<int>> owners;
  std::vector<pid_t> contenders;
  for (unsigned seed = 0; seed < 6; ++seed)
    contenders.push_back(test::start_fork([&] { return contend(bench, seed, *owners); }));
  for (const pid_t pid : contenders) CHECK(test::reaped(pid) == test::exited(0));
  bench.list();
  CHECK(fs::is_empty(bench / ""));
}

TEST_CASE("a holder may be killed at any moment, and no name is lost by that") {
  const place_bench bench;
  const shared<std::atomic<int>> turns;
  std::mt19937 random(7);
  for (int trial = 0; trial < 60; ++trial) {
    *turns = 0;
    const pid_t pid = test::start_fork([&] { return claim_and_rename(bench, *turns); });
    const test::deadline end(test::patience);
    while (*turns == 0 && !end.passed()) ::sched_yield();
    for (auto steps = random() % 200; steps > 0; --steps) ::sched_yield();
    ::kill(pid, SIGKILL);
    CHECK(test::reaped(pid) == test::killed_by(SIGKILL));
    const claimed web(bench, "web");
    const claimed db(bench, "db");
    CHECK_FALSE(web.error);
    CHECK_FALSE(db.error);
  }
  bench.list();
  // What is left is no more than what nobody can tell from one that is just being made.
  for (const auto& file : files_in(bench / "")) {
    CHECK(file.starts_with(unfinished));
    CHECK(fs::is_empty(bench / file));
  }
}
