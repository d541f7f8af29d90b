#include <shim/app/mux_master.hpp>

#include <vt/stream/printable.hpp>

namespace shim::app {

std::string_view state_word(master_state state) {
  switch (state) {
    case master_state::unknown: return "unknown";
    case master_state::alive: return "alive";
    case master_state::unreachable: return "unreachable";
    case master_state::wedged: return "wedged";
    case master_state::stale: return "stale";
    case master_state::refused: return "refused";
    case master_state::none: return "none";
  }
  return {};
}

std::string destination_of(const mux_master& master) {
  if (master.host.empty()) return {};
  std::string all = master.user.empty() ? master.host : master.user + "@" + master.host;
  if (!master.port.empty() && master.port != "22") all += ":" + master.port;
  return all;
}

std::string label_of(const mux_master& master) {
  if (!master.asked.empty()) return vt::printable(master.asked);
  return vt::printable(master.host.empty() ? master.path : destination_of(master));
}

}  // namespace shim::app
