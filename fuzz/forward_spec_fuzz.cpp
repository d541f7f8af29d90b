// -L, -R and -D: a letter, then any text.
//   What is taken is taken again, and the same, in the one spelling that is never ambiguous: all
//   fields there, hosts and paths in brackets.
#include <shim/core/forward_spec.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

using forward = shim::mux_message::forward;

std::string bracketed(std::string_view text) {
  std::string all = "[";
  for (const char each : text) {
    if (each == '\\' || each == ']') all += '\\';
    all += each;
  }
  return all + "]";
}

std::string spelled_end(std::string_view host, std::uint32_t port) {
  if (port == forward::unix_path) return bracketed(host);
  return host.empty() ? std::to_string(port) : bracketed(host) + ":" + std::to_string(port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char letter = "LRD"[data[0] % 3];
  const auto read =
      shim::parse_forward_spec(letter, {reinterpret_cast<const char*>(data) + 1, size - 1});
  if (!read) return 0;
  auto spelled = spelled_end(read->listen_host, read->listen_port);
  if (read->connect_port != 0) spelled += ":" + spelled_end(read->connect_host, read->connect_port);
  CHECK(shim::parse_forward_spec(letter, spelled) == read);
  return 0;
}
