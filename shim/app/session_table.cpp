#include <shim/app/session_table.hpp>

#include <fmt/core.h>

#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

// A key was pressed: nobody waits longer.
constexpr auto list_time = 300ms;

std::chrono::seconds now_in_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now);
}

std::chrono::seconds until(std::uint64_t time) {
  return std::chrono::seconds(static_cast<std::int64_t>(time)) - now_in_seconds();
}

}  // namespace

std::string short_time(std::chrono::seconds time) {
  if (time < 2min) return fmt::format("{} s", std::max<std::int64_t>(time.count(), 0));
  if (time < 2h) return fmt::format("{} min", time / 1min);
  if (time < 48h) return fmt::format("{} h", time / 1h);
  return fmt::format("{} d", time / 24h);
}

std::string state_words(const hold::session_info& of) {
  const auto& n = of.numbers;
  if (!of.answers) return "does not answer";
  if (n.end_how == 1) return fmt::format("exited {}", n.end_value);
  if (n.end_how == 2) return fmt::format("died of signal {}", n.end_value);
  if (n.clients != 0) return n.clients == 1 ? "attached" : fmt::format("attached {}x", n.clients);
  if (n.state != 3) return "detached";
  return n.ends == 0 ? "detached by a hang-up"
                     : "detached by a hang-up, ends in " + short_time(until(n.ends));
}

std::string session_lines() {
  const auto places = hold::find_places(hold::places_of_environment()).places;
  std::string lines = "Sessions:\r\n";
  for (const auto& each : hold::all_sessions(places, list_time)) {
    const auto host = each.host.empty() ? each.command : each.host;
    lines += fmt::format("  {}  {}  {}\r\n", vt::printable(each.name, 64), vt::printable(host, 64),
                         state_words(each));
  }
  return lines;
}

}  // namespace shim::app
