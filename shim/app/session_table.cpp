#include <shim/app/session_table.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

// A key was pressed: nobody waits longer.
constexpr auto list_time = 300ms;

// Characters of what the far end tells.
constexpr std::size_t most_title = 40;
constexpr std::size_t most_directory = 60;

std::chrono::seconds now_in_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now);
}

std::chrono::seconds seconds(std::uint64_t time) {
  return std::chrono::seconds(static_cast<std::int64_t>(time));
}

// What is a second short of a day is a day for people.
std::string until(std::uint64_t time) {
  const auto left = seconds(time) - now_in_seconds();
  return short_time(left < 2min ? left : std::chrono::ceil<std::chrono::minutes>(left));
}

std::string end_words(const session_message::info& n) {
  if (n.end_how == 1) return fmt::format("exited {}", n.end_value);
  const char* name = ::sigabbrev_np(static_cast<int>(n.end_value));
  return name == nullptr ? fmt::format("signal {}", n.end_value) : fmt::format("SIG{}", name);
}

// OSC 7 tells it as a URI: of file://web/srv/www, /srv/www.
std::string_view path_in(std::string_view directory) {
  constexpr std::string_view scheme = "file://";
  if (!directory.starts_with(scheme)) return directory;
  const auto path = directory.find('/', scheme.size());
  return path == directory.npos ? directory : directory.substr(path);
}

std::string cell_time(std::uint64_t point, table_style style) {
  if (point == 0) return "-";
  return style == table_style::plain ? fmt::format("{}", point)
                                     : short_time(now_in_seconds() - seconds(point));
}

std::string_view colour_of(const hold::session_info& one) {
  if (!one.answers) return "\x1b[31m";
  if (one.numbers.end_how != 0) return "\x1b[2m";
  return one.numbers.clients != 0 ? "\x1b[32m" : "\x1b[33m";
}

}  // namespace

std::string short_time(std::chrono::seconds time) {
  if (time < 2min) return fmt::format("{} s", std::max<std::int64_t>(time.count(), 0));
  if (time < 2h) return fmt::format("{} min", time / 1min);
  if (time < 48h) return fmt::format("{} h", time / 1h);
  return fmt::format("{} d", time / 24h);
}

std::string_view state_word(const hold::session_info& of) {
  if (!of.answers) return "not answering";
  if (of.numbers.end_how != 0) return "ended";
  if (of.numbers.clients != 0) return "attached";
  return of.numbers.state == 3 ? "left behind" : "detached";
}

std::string state_words(const hold::session_info& of) {
  const auto& n = of.numbers;
  std::string words(state_word(of));
  if (n.end_how != 0) words = end_words(n);
  if (n.end_how == 0 && n.clients > 1) words += fmt::format(" {}x", n.clients);
  if (n.ends == 0) return words;
  return words + (n.end_how != 0 ? ", kept for " : ", ends in ") + until(n.ends);
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

std::string session_table(const std::vector<hold::session_info>& sessions, table_style style,
                          std::size_t width) {
  if (sessions.empty()) return {};
  const bool plain = style == table_style::plain;
  std::vector<column> all{{"NAME"},        {"HOST"},        {"STATE"},          {"CLIENTS"},
                          {"PID"},         {"SIZE"},        {"SINCE"},          {"IDLE"},
                          {"AGENT", true}, {"TITLE", true}, {"DIRECTORY", true}};
  for (const auto& each : sessions) {
    const auto& n = each.numbers;
    auto at = all.begin();
    const auto add = [&](std::string text) { (at++)->cells.push_back(std::move(text)); };
    add(cell_text(each.name));
    add(cell_text(each.host.empty() ? each.command : each.host));
    add(plain ? std::string(state_word(each)) : state_words(each));
    add(each.answers ? fmt::format("{}", n.clients) : "-");
    add(n.pid == 0 ? "-" : fmt::format("{}", n.pid));
    add(n.columns == 0 ? "-" : fmt::format("{}x{}", n.columns, n.rows));
    add(cell_time(n.since, style));
    add(cell_time(n.active, style));
    add(n.has_agent != 0 ? "forwarded" : "-");
    add(cell_text(each.title, most_title));
    add(cell_text(plain ? each.directory : path_in(each.directory), most_directory));
  }
  if (style == table_style::coloured)
    for (const auto& each : sessions) all[2].colours.push_back(colour_of(each));
  for (auto& each : all) {
    each.may_be_cut =
        each.heading == "HOST" || each.heading == "TITLE" || each.heading == "DIRECTORY";
  }
  return table_text(std::move(all), style, width);
}

std::string client_table(const std::vector<plain_client>& clients, table_style style,
                         std::size_t width) {
  if (clients.empty()) return {};
  std::vector<column> all{{"PLAIN SSH"}, {"TERMINAL"}, {"PID"}, {"COMMAND"}};
  for (const auto& each : clients) {
    all[0].cells.push_back(cell_text(each.host));
    all[1].cells.push_back(cell_text(each.terminal));
    all[2].cells.push_back(fmt::format("{}", each.pid));
    all[3].cells.push_back(cell_text(each.command, most_directory));
  }
  all[3].may_be_cut = true;
  return table_text(std::move(all), style, width);
}

}  // namespace shim::app
