#include <shim/app/mux_pool.hpp>

#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include <shim/app/ask_masters.hpp>
#include <shim/app/master_login.hpp>
#include <shim/app/mux_passengers.hpp>
#include <shim/app/patient_login.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/control_path.hpp>

namespace shim::app {
namespace {

// The seat of a process on a member, which are numbered from 1 on, has a byte of its own. A pid has
// 22 bits at most (PID_MAX_LIMIT), so that all fit into an off_t of 32.
constexpr off_t pool_lock = 0;
constexpr off_t pids = off_t{1} << 22;
off_t byte_of(std::size_t member, pid_t pid) { return static_cast<off_t>(member) * pids + pid; }

// Who waits for the lock gets it only if it is free for a moment, in milliseconds.
constexpr int turn_of_others = 20;

// Who has a seat on a member.
std::set<pid_t> seated_on(const io::byte_locks& seats, std::size_t member) {
  std::set<pid_t> all;
  for (const auto byte : seats.others_in(byte_of(member, 0), byte_of(member + 1, 0)))
    all.insert(static_cast<pid_t>(byte - byte_of(member, 0)));
  return all;
}

// A session's ssh is in the session, as the kernel has it, of who has its seat. Sockets of which it
// is not seen whose they are may be those of the seats; those of our own, which ask a master
// whether it lives, are of no ssh.
std::size_t sessions_on(const mux_master& one, const std::set<pid_t>& seated) {
  const auto of_seat = [&](const mux_passenger& each) {
    const pid_t session = ::getsid(each.pid);
    return session < 0 || seated.contains(session);  // or has gone meanwhile, as who is refused
  };
  const auto known = one.known_passengers.size();
  const auto seats = seated.size();
  if (known == 0 && one.passengers > seats) return one.passengers;
  const auto of_seats =
      static_cast<std::size_t>(std::ranges::count_if(one.known_passengers, of_seat));
  return seats + known - of_seats;
}

std::vector<std::string> paths_of(const std::vector<pool_host>& hosts) {
  std::vector<std::string> listed;
  listed.reserve(hosts.size());
  for (const auto& each : hosts) listed.push_back(each.path);
  return pool_paths(listed);
}

const pool_host& first_member(const std::vector<pool_host>& hosts) {
  const auto found =
      std::ranges::find_if(hosts, [](const auto& each) { return !each.path.empty(); });
  return found == hosts.end() ? hosts.front() : *found;
}

// What tells pools apart. The list is part of it, as what is written down goes by its numbers.
std::size_t number_of_pool(const std::vector<pool_host>& hosts) {
  auto text = first_member(hosts).path;
  if (hosts.size() > 1)
    for (const auto& each : hosts) text += "\n" + each.name;
  return std::hash<std::string>{}(text);
}

bool is_there(const std::string& path) {
  struct stat file {};
  return ::lstat(path.c_str(), &file) == 0;
}

}  // namespace

std::vector<std::string> at_member(const std::vector<std::string>& argv, const std::string& path) {
  auto words = argv;
  words.insert(words.begin() + 1, {"-S", quoted_control_path(path).value_or(path)});
  return words;
}

mux_pool::mux_pool(pool_plan plan) : plan_(std::move(plan)), paths_(paths_of(plan_.hosts)) {
  if (plan_.lock_directory.empty()) return;
  const auto file =
      fmt::format("{}/.pool-{:016x}", plan_.lock_directory, number_of_pool(plan_.hosts));
  file_ = io::byte_locks(file);
}

std::optional<mux_pool::seat> mux_pool::take_seat() {
  file_.wait_for(pool_lock);
  auto taken = choose();
  file_.give_back(pool_lock);
  return taken;
}

// Its own seat is not counted: it is none any more, and other opens of the file see only others'.
std::optional<mux_pool::seat> mux_pool::take_other_seat(const seat& refused) {
  file_.wait_for(pool_lock);
  stand_up();
  auto record = read_record();
  const auto members = look(record);
  const auto one = std::ranges::find(members, refused.member, &pool_member::number);
  const auto carried = one == members.end() ? 0 : one->sessions;
  record.learn(carried);
  write_record(record);
  if (carried == 0 && refused.begun) {
    cannot("open a session",
           "the server opens none, not even the first one of a connection: see "
           "MaxSessions in its sshd_config");
    status_ = exit_failure;
    file_.give_back(pool_lock);
    return std::nullopt;
  }
  if (carried == 0) barren_.insert(refused.member);
  return take_seat();
}

std::optional<mux_pool::seat> mux_pool::choose() {
  stand_up();
  auto record = read_record();
  auto members = look(record);
  for (auto& each : members)
    if (barren_.contains(each.number)) each.what = pool_member::kind::other;
  const auto most = std::min(plan_.most_sessions, record.most_sessions.value_or(~std::size_t{0}));
  const auto choice = choose_pool_member(members, most);
  if (choice.what == pool_choice::kind::full) {
    cannot("open a session",
           fmt::format("its pool has {} masters, and none has room", members.size()));
    status_ = exit_failure;
    return std::nullopt;
  }
  seat taken;
  taken.member = choice.number;
  taken.path = path_of(choice.number);
  taken.is_first = std::ranges::all_of(members, [](auto& each) { return each.sessions == 0; });
  taken.begun = choice.what == pool_choice::kind::begin;
  if (taken.begun && !log_in(choice.number, record)) return std::nullopt;
  write_record(record);
  sit_down(choice.number);
  if (taken.begun) taken.held_open = hold_open(taken.path);
  return taken;
}

// One at a time logs in to a server (MaxStartups of sshd_config(5)): the lock is held meanwhile.
bool mux_pool::log_in(std::size_t member, pool_record& record) {
  const auto& path = path_of(member);
  status_ = begin_master({path, plan_.lock_directory, plan_.host,
                          at_member(host_of(member).master, path), plan_.session},
                         log_in_patiently);
  if (status_ == 0) record.connected[member] = host_of(member).connection;
  return status_ == 0;
}

void mux_pool::open_hosts() {
  for (std::size_t number = 1; number <= plan_.hosts.size(); ++number) {
    file_.wait_for(pool_lock);
    auto record = read_record();
    const auto members = look(record);
    const auto one = std::ranges::find(members, number, &pool_member::number);
    const bool is_vacant = one != members.end() && one->what == pool_member::kind::vacant;
    if (is_vacant && log_in(number, record)) write_record(record);
    file_.give_back(pool_lock);
    if (is_vacant) ::poll(nullptr, 0, turn_of_others);
  }
}

// Of masters that are gone nothing is true any more; of the server's limit, when all are.
std::vector<pool_member> mux_pool::look(pool_record& record) const {
  std::vector<mux_master> there;
  std::vector<std::size_t> places;
  std::vector<pool_member> members;
  for (std::size_t number = 1; number <= paths_.size(); ++number) {
    const auto& path = path_of(number);
    if (path.empty()) continue;
    members.push_back({number, pool_member::kind::vacant, 0});
    if (!is_there(path)) continue;
    there.emplace_back().path = path;
    places.push_back(members.size() - 1);
  }
  if (!there.empty()) add_passengers(there, {});
  ask_masters(there, how_far::to_the_master);
  std::map<std::size_t, pool_connection> connected;
  bool lives = false;
  for (std::size_t at = 0; at < there.size(); ++at) {
    auto& member = members[places[at]];
    if (there[at].state == master_state::stale || there[at].state == master_state::none) continue;
    member.what = pool_member::kind::other;
    if (there[at].state != master_state::alive) continue;
    lives = true;
    member.sessions = sessions_on(there[at], seated_on(file_, member.number));
    const auto known = record.connected.find(member.number);
    if (known != record.connected.end()) connected.insert(*known);
    // Of one that plain ssh has begun it is not known; plain ssh would share it, too.
    if (known == record.connected.end() || carries(known->second, plan_.connection))
      member.what = pool_member::kind::usable;
  }
  record.connected = std::move(connected);
  if (!lives) record.most_sessions.reset();
  return members;
}

void mux_pool::sit_down(std::size_t member) {
  file_.take(byte_of(member, ::getpid()), io::byte_locks::kind::sole);
  member_ = member;
}

void mux_pool::stand_up() {
  if (member_ == 0) return;
  file_.give_back(byte_of(member_, ::getpid()));
  member_ = 0;
}

pool_record mux_pool::read_record() const {
  std::array<char, 8192> bytes{};
  const auto got = ::pread(file_.fd(), bytes.data(), bytes.size(), 0);
  return parse_pool_record({bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
}

void mux_pool::write_record(const pool_record& record) const {
  const auto text = spelled(record);
  if (spelled(read_record()) == text) return;
  [[maybe_unused]] const auto cut = ::ftruncate(file_.fd(), 0);
  [[maybe_unused]] const auto written = ::pwrite(file_.fd(), text.data(), text.size(), 0);
}

// What has a number is the first one's.
const pool_host& mux_pool::host_of(std::size_t member) const {
  return member <= plan_.hosts.size() ? plan_.hosts[member - 1] : first_member(plan_.hosts);
}

}  // namespace shim::app
