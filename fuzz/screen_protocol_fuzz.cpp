// What the screen process and its owner say to each other: any bytes (frames.hpp).
#include <shim/core/screen_protocol.hpp>

#include <cstddef>
#include <cstdint>

#include <fuzz/frames.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz::check_frames<shim::screen_request, shim::screen_report>(bytes, shim::max_screen_frame);
  return 0;
}
