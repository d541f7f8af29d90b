// What is said to the holder of a session, and what it says: any bytes (frames.hpp).
#include <shim/core/session_protocol.hpp>

#include <cstddef>
#include <cstdint>

#include <fuzz/frames.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz::check_frames<shim::session_request, shim::session_report>(bytes, shim::max_session_frame);
  return 0;
}
