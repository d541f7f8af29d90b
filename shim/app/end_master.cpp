#include <shim/app/end_master.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include <shim/app/ask_masters.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/process_handle.hpp>
#include <shim/io/running.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// What a master that was asked needs to tell its server; and one that was sent SIGHUP.
constexpr auto time_to_end = 2s;
constexpr auto time_after_kill = 1s;

// By the handle, so that no other process is signalled; of a number that meanwhile has another one,
// not even that.
io::process_handle handle_of(const mux_master& master) {
  io::process_handle handle(master.pid);
  const auto programs = io::own_programs("ssh");
  const auto is_ssh = std::ranges::find(programs, master.pid, &io::running_program::pid);
  return is_ssh == programs.end() ? io::process_handle(-1) : std::move(handle);
}

bool answers(const mux_master& one) {
  return one.state == master_state::alive || one.state == master_state::unreachable;
}

bool can_be_ended(const mux_master& one) {
  return answers(one) || one.state == master_state::wedged || one.state == master_state::unknown;
}

bool is_free(const std::string& path) {
  return io::control_socket(path).found() == io::control_socket::state::absent;
}

// One that was not asked is no longer at its path.
bool is_replaced(const mux_master& one) {
  return one.state == master_state::unknown && !is_free(one.path);
}

std::string remove_socket(const std::string& path) {
  if (is_free(path)) return {};
  io::control_socket socket(path);
  std::error_code error;
  socket.remove_stale(error);
  return error ? "its socket cannot be removed: " + error.message() : "";
}

std::string left_of(const mux_master& one, const io::process_handle& process) {
  if (one.state == master_state::refused) return one.why;
  if (one.state == master_state::wedged && one.pid < 0) return "its process is not to be seen";
  if (!process.ended()) return "it does not end";
  return is_replaced(one) ? "" : remove_socket(one.path);
}

void signal_all(std::span<const io::process_handle> processes, int number) {
  for (const auto& each : processes)
    if (!each.ended()) each.signal(number);
}

}  // namespace

std::vector<std::string> end_masters(std::span<const mux_master> masters) {
  std::vector<io::process_handle> processes;
  for (const auto& each : masters)
    processes.push_back(can_be_ended(each) ? handle_of(each) : io::process_handle(-1));
  for (const auto& each : masters)
    if (answers(each)) request_of_master(each.path, mux_message::terminate{});
  const auto any_answers = std::ranges::any_of(masters, answers);
  if (any_answers) io::wait_for_ends(processes, steady_clock::now() + time_to_end);
  // What a master can still do is remove what is at its path, and that is another one's.
  for (std::size_t i = 0; i < masters.size(); ++i)
    if (is_replaced(masters[i])) processes[i].signal(SIGKILL);
  signal_all(processes, SIGHUP);
  signal_all(processes, SIGCONT);
  io::wait_for_ends(processes, steady_clock::now() + time_to_end);
  signal_all(processes, SIGKILL);
  io::wait_for_ends(processes, steady_clock::now() + time_after_kill);
  std::vector<std::string> answers;
  for (std::size_t i = 0; i < masters.size(); ++i)
    answers.push_back(left_of(masters[i], processes[i]));
  return answers;
}

}  // namespace shim::app
