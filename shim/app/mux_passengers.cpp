#include <shim/app/mux_passengers.hpp>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <shim/app/plain_client.hpp>
#include <shim/core/ssh_argv.hpp>
#include <shim/core/unix_sockets.hpp>
#include <shim/io/file_text.hpp>
#include <shim/io/listening.hpp>
#include <shim/io/running.hpp>
#include <shim/io/socket_peers.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using use = unix_socket_entry::use;

// All sockets of this machine at one moment, and whose they are, as far as that is an ssh of this
// user's.
class socket_world {
 public:
  socket_world() {
    for (const auto& each : io::own_programs("ssh")) {
      for (const auto inode : io::process_sockets(each.pid)) owners_[inode] = each.pid;
      programs_.emplace(each.pid, each);
    }
    for (const auto& [inode, port] : io::listening_sockets())
      if (const auto* of = owner(inode)) ports_[of->pid].insert(port);
  }

  const std::vector<unix_socket_entry>& entries() const { return entries_; }

  // Null: not to be seen.
  const io::running_program* owner(std::uint64_t inode) const {
    const auto pid = owners_.find(inode);
    return pid == owners_.end() ? nullptr : &programs_.at(pid->second);
  }
  const io::running_program* other_end(std::uint64_t inode) const {
    const auto peer = peers_.find(inode);
    return peer == peers_.end() ? nullptr : owner(peer->second);
  }
  std::vector<std::uint16_t> ports_of(pid_t pid) const {
    const auto found = ports_.find(pid);
    if (found == ports_.end()) return {};
    return {found->second.begin(), found->second.end()};
  }
  // An accepted connection whose other end is closed already is nobody's.
  bool is_open(std::uint64_t inode) const { return peers_.empty() || peers_.contains(inode); }

 private:
  std::string text_ = io::file_text("/proc/net/unix");
  std::vector<unix_socket_entry> entries_ = parse_unix_sockets(text_);
  std::unordered_map<std::uint64_t, std::uint64_t> peers_ = io::socket_peers();
  std::unordered_map<std::uint64_t, pid_t> owners_;
  std::map<pid_t, io::running_program> programs_;
  std::map<pid_t, std::set<std::uint16_t>> ports_;
};

// The ssh of a held session leads a session of the kernel's, too.
std::string session_of(const io::running_program& program,
                       const std::vector<hold::session_info>& sessions) {
  const auto leads = [&](const hold::session_info& one) {
    return one.answers && static_cast<pid_t>(one.numbers.pid) == program.session;
  };
  const auto found = std::ranges::find_if(sessions, leads);
  return found == sessions.end() ? "" : found->name;
}

mux_passenger passenger_of(const io::running_program& program,
                           const std::vector<hold::session_info>& sessions) {
  return {program.pid, session_of(program, sessions), program.terminal, program.argv};
}

void set_destination(mux_master& to, const io::running_program& told_by) {
  if (!to.host.empty()) return;
  const auto destination = host_in(told_by.argv);
  to.host = host_of(destination);
  if (to.user.empty()) to.user = user_of(destination);
}

void add_passenger(mux_master& to, const io::running_program& program,
                   const std::vector<hold::session_info>& sessions) {
  set_destination(to, program);
  to.known_passengers.push_back(passenger_of(program, sessions));
}

void add_entry(mux_master& to, const unix_socket_entry& entry, const socket_world& world,
               const std::vector<hold::session_info>& sessions) {
  if (entry.what == use::listening) {
    const auto* owner = world.owner(entry.inode);
    if (owner == nullptr) return;
    to.pid = owner->pid;
    to.listens = world.ports_of(owner->pid);
    set_destination(to, *owner);
    if (!has_own_use(owner->argv)) return;
    ++to.passengers;
    add_passenger(to, *owner, sessions);
  }
  if (entry.what != use::connected || !world.is_open(entry.inode)) return;
  ++to.passengers;
  const auto* program = world.other_end(entry.inode);
  if (program != nullptr) add_passenger(to, *program, sessions);
}

// As socket_files() tells of it; 0: there is none.
std::uint64_t file_number(const std::string& path) {
  struct stat file {};
  return ::lstat(path.c_str(), &file) == 0 ? static_cast<std::uint32_t>(file.st_ino) : 0;
}

// The names of those that were bound for a path at which by now another one's socket is. Where that
// cannot be told, which the file is of, it is none.
std::set<std::string_view> replaced_names(const socket_world& world) {
  std::map<std::string_view, std::vector<const unix_socket_entry*>> by_path;
  for (const auto& entry : world.entries()) {
    const auto path = path_of_bind_name(entry.path);
    if (path && entry.what == use::listening) by_path[*path].push_back(&entry);
  }
  std::set<std::string_view> replaced;
  const auto files = io::socket_files();
  for (const auto& [path, those] : by_path) {
    const auto there = those.size() > 1 ? file_number(std::string(path)) : 0;
    const auto is_there = [&](const unix_socket_entry* one) {
      const auto file = files.find(one->inode);
      return there != 0 && file != files.end() && file->second == there;
    };
    if (std::ranges::none_of(those, is_there)) continue;
    for (const auto* one : those)
      if (!is_there(one)) replaced.insert(one->path);
  }
  return replaced;
}

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

}  // namespace

void add_passengers(std::span<mux_master> masters,
                    const std::vector<hold::session_info>& sessions) {
  std::unordered_map<std::string_view, mux_master*> by_path;
  for (auto& each : masters) by_path.emplace(each.path, &each);
  const socket_world world;
  const auto replaced = replaced_names(world);
  for (const auto& entry : world.entries()) {
    const auto path = path_of_bind_name(entry.path);
    const auto master = path ? by_path.find(*path) : by_path.end();
    if (master != by_path.end() && !replaced.contains(entry.path))
      add_entry(*master->second, entry, world, sessions);
  }
}

// Several may have had the same path: they are told apart by the name that each was bound to. One
// whose bound name is still there is about to link it to its path (mux.c muxserver_listen()).
std::vector<mux_master> orphaned_masters(const std::vector<hold::session_info>& sessions) {
  const socket_world world;
  const auto replaced = replaced_names(world);
  std::map<std::string_view, mux_master> by_name;
  for (const auto& entry : world.entries()) {
    const auto path = path_of_bind_name(entry.path);
    if (!path || exists(std::string(entry.path))) continue;
    if (exists(std::string(*path)) && !replaced.contains(entry.path)) continue;
    auto& one = by_name[entry.path];
    one.path = *path;
    add_entry(one, entry, world, sessions);
  }
  std::vector<mux_master> orphans;
  for (auto& each : by_name)
    if (each.second.pid > 0) orphans.push_back(std::move(each.second));
  return orphans;
}

std::string path_of_master_of(pid_t ssh) {
  const socket_world world;
  std::string in_its_session;
  for (const auto& entry : world.entries()) {
    const auto path = path_of_bind_name(entry.path);
    const auto* program = path ? world.other_end(entry.inode) : nullptr;
    if (program == nullptr) continue;
    if (program->pid == ssh) return std::string(*path);
    if (program->session == ssh) in_its_session = *path;
  }
  return in_its_session;
}

std::string passengers_of(const mux_master& one) {
  auto text = fmt::format("The master of {} is used by:\n", label_of(one));
  for (const auto& each : one.known_passengers) text += fmt::format("  {}\n", described(each));
  const auto unseen = one.passengers - std::min(one.passengers, one.known_passengers.size());
  if (unseen != 0) text += fmt::format("  {} more\n", unseen);
  if (one.passengers == 0) text += "  nobody\n";
  return text;
}

std::string described(const mux_passenger& one) {
  if (!one.session.empty()) return fmt::format("session {}", vt::printable(one.session));
  auto text = fmt::format("pid {}", one.pid);
  if (!one.terminal.empty()) text += " at " + vt::printable(one.terminal);
  return text + fmt::format(" ({})", vt::printable(joined(one.argv), 60));
}

}  // namespace shim::app
