#include <shim/core/mux_protocol.hpp>

namespace shim {

std::vector<mux_extension> mux_extensions(const mux_message::hello& from) {
  std::vector<mux_extension> all;
  wire_reader in(from.extensions.bytes);
  while (true) {
    const auto name = in.string();
    const auto value = in.string();
    if (!in.ok()) return all;
    all.push_back({name, value});
  }
}

}  // namespace shim
