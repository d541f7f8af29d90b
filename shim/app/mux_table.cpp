#include <shim/app/mux_table.hpp>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <shim/app/plain_client.hpp>
#include <shim/app/session_table.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using json = nlohmann::ordered_json;
using std::chrono::system_clock;

json text(std::string_view value) { return value.empty() ? json(nullptr) : json(value); }

std::int64_t since_1970(system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string age_of(const mux_master& one, table_style style) {
  if (!one.owner) return "-";
  if (style == table_style::plain) return fmt::format("{}", since_1970(one.since));
  const auto age = system_clock::now() - one.since;
  return short_time(std::chrono::duration_cast<std::chrono::seconds>(age));
}

std::string owner_name(uid_t uid) {
  const auto* user = ::getpwuid(uid);
  return user == nullptr ? fmt::format("uid {}", uid) : user->pw_name;
}

std::string state_of(const mux_master& one, table_style style) {
  std::string state(state_word(one.state));
  const bool foreign = one.owner && *one.owner != ::geteuid();
  if (style == table_style::plain || !foreign) return state;
  return state + " (" + vt::printable(owner_name(*one.owner)) + ")";
}

std::string_view colour_of(master_state state) {
  switch (state) {
    case master_state::alive: return "\x1b[32m";
    case master_state::unreachable:
    case master_state::wedged: return "\x1b[31m";
    default: return "\x1b[33m";
  }
}

std::string destination_cell(const mux_master& one) { return cell_text(destination_of(one)); }

json of(const mux_passenger& one) {
  json object;
  object["pid"] = one.pid;
  object["session"] = text(one.session);
  object["terminal"] = text(one.terminal);
  object["command"] = text(joined(one.argv));
  return object;
}

json of(const mux_master& one) {
  json object;
  object["path"] = text(one.path);
  object["state"] = state_word(one.state);
  object["why"] = text(one.why);
  object["host"] = text(one.host);
  object["user"] = text(one.user);
  object["port"] = text(one.port);
  object["owner"] = one.owner ? json(*one.owner) : json(nullptr);
  object["since"] = one.owner ? json(since_1970(one.since)) : json(nullptr);
  object["pid"] = one.pid > 0 ? json(one.pid) : json(nullptr);
  object["persist"] = text(one.persist);
  object["listens"] = one.listens;
  object["passengers"] = one.passengers;
  object["known_passengers"] = json::array();
  for (const auto& each : one.known_passengers) object["known_passengers"].push_back(of(each));
  object["round_trip_us"] = one.round_trip ? json(one.round_trip->count()) : json(nullptr);
  object["silent_ms"] = one.silent_for ? json(one.silent_for->count()) : json(nullptr);
  object["channels"] = one.channels ? json(*one.channels) : json(nullptr);
  return object;
}

std::string counted(std::size_t passengers) {
  if (passengers == 0) return "nobody uses it";
  return passengers == 1 ? "1 connection" : fmt::format("{} connections", passengers);
}

}  // namespace

std::string masters_table(const std::vector<mux_master>& masters, table_style style,
                          std::size_t width) {
  std::vector<column> all{{"HOST"}, {"STATE"},         {"PID"},           {"USED BY"},
                          {"AGE"},  {"PERSIST", true}, {"LISTENS", true}, {"SOCKET"}};
  for (const auto& each : masters) {
    auto at = all.begin();
    const auto add = [&](std::string cell) { (at++)->cells.push_back(std::move(cell)); };
    add(destination_cell(each));
    add(state_of(each, style));
    add(each.pid > 0 ? fmt::format("{}", each.pid) : "-");
    add(fmt::format("{}", each.passengers));
    add(age_of(each, style));
    add(cell_text(each.persist));
    add(cell_text(fmt::format("{}", fmt::join(each.listens, ","))));
    add(cell_text(each.path, 108));
    if (style == table_style::coloured) all[1].colours.push_back(colour_of(each.state));
  }
  all.front().may_be_cut = all.back().may_be_cut = true;
  return table_text(std::move(all), style, width);
}

std::string masters_json(const std::vector<mux_master>& masters) {
  json object;
  object["schema"] = masters_schema;
  object["masters"] = json::array();
  for (const auto& each : masters) object["masters"].push_back(of(each));
  return object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string described(const mux_master& one) {
  std::string all(state_word(one.state));
  if (one.pid > 0) all += fmt::format(", pid {}", one.pid);
  if (one.state == master_state::alive || one.passengers != 0)
    all += ", " + counted(one.passengers);
  if (one.round_trip) {
    all += fmt::format(", its server answers within {:.1f} ms",
                       static_cast<double>(one.round_trip->count()) / 1000);
  }
  if (!one.why.empty()) all += ": " + vt::printable(one.why, 160);
  return all;
}

}  // namespace shim::app
