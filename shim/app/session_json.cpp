#include <shim/app/session_json.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string_view>

#include <shim/app/session_table.hpp>

namespace shim::app {
namespace {

using json = nlohmann::ordered_json;

// Empty ones and zeros that mean "none".
json text(std::string_view value) { return value.empty() ? json(nullptr) : json(value); }
json time(std::uint64_t value) { return value == 0 ? json(nullptr) : json(value); }

json of(const hold::session_info& one) {
  const auto& n = one.numbers;
  json object;
  object["name"] = one.name;
  object["state"] = state_word(one);
  object["place"] = one.where->path();
  if (!one.answers) return object;
  object["host"] = text(one.host);
  object["command"] = text(one.command);
  object["clients"] = n.clients;
  object["pid"] = n.pid;
  object["holder"] = n.holder;
  object["rows"] = n.rows;
  object["columns"] = n.columns;
  object["since"] = n.since;
  object["active"] = n.active;
  object["detached"] = time(n.detached);
  object["ends"] = time(n.ends);
  object["exit_status"] = n.end_how == 1 ? json(n.end_value) : json(nullptr);
  object["signal"] = n.end_how == 2 ? json(n.end_value) : json(nullptr);
  object["agent"] = n.has_agent != 0;
  object["title"] = text(one.title);
  object["directory"] = text(one.directory);
  return object;
}

json of(const plain_client& one) {
  json object;
  object["pid"] = one.pid;
  object["host"] = text(one.host);
  object["terminal"] = text(one.terminal);
  object["command"] = one.command;
  return object;
}

json of(const std::vector<hold::session_info>& sessions) {
  json object;
  object["schema"] = sessions_schema;
  object["sessions"] = json::array();
  for (const auto& each : sessions) object["sessions"].push_back(of(each));
  return object;
}

std::string written(const json& object) {
  return object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string sessions_json(const std::vector<hold::session_info>& sessions) {
  return written(of(sessions));
}

std::string sessions_json(const std::vector<hold::session_info>& sessions,
                          const std::vector<plain_client>& clients) {
  auto object = of(sessions);
  object["clients"] = json::array();
  for (const auto& each : clients) object["clients"].push_back(of(each));
  return written(object);
}

}  // namespace shim::app
