// What is said over a control socket, by clients and masters: any bytes (frames.hpp).
#include <shim/core/mux_protocol.hpp>

#include <cstddef>
#include <cstdint>

#include <fuzz/frames.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz::check_frames<shim::mux_request, shim::mux_reply>(bytes, shim::max_mux_frame);
  return 0;
}
