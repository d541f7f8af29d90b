// What -L, -R and -D of ssh(1) take, as readconf.c reads it, for OPEN_FWD and CLOSE_FWD of
// PROTOCOL.mux.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <shim/core/mux_protocol.hpp>

namespace shim {

struct forward_spec {
  std::uint32_t kind = mux_message::forward::local;
  std::string listen_host;  // empty: as GatewayPorts says; "*": anywhere; with unix_path a path
  std::uint32_t listen_port = 0;
  std::string connect_host;
  std::uint32_t connect_port = 0;

  mux_message::forward message() const {  // a view of this
    return {kind, listen_host, listen_port, connect_host, connect_port};
  }
  bool operator==(const forward_spec&) const = default;
};

// `letter`: L, R or D. Nothing if ssh would not take it.
std::optional<forward_spec> parse_forward_spec(char letter, std::string_view text);

}  // namespace shim
