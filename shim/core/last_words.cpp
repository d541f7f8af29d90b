#include <shim/core/last_words.hpp>

#include <algorithm>

namespace shim {
namespace {

constexpr std::string_view beginnings[] = {
    "Bad packet length ",     "Connection closed by ",
    "Connection reset by ",   "Connection to ",
    "Corrupted MAC on input", "Disconnecting ",
    "Read from remote host ", "Received disconnect from ",
    "Shared connection to ",  "Timeout, server ",
    "Write failed: ",         "client_loop: ",
    "packet_write_",          "ssh_dispatch_run_fatal: ",
    "ssh_packet_write_",
};

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < ' ' && byte != '\r' && byte != '\n';
}

}  // namespace

// ssh's words follow right behind whatever a program drew last, so they need not begin a line; but
// no program draws behind them.
std::string_view last_words_of_ssh(std::string_view output) {
  if (!output.ends_with('\n')) return {};
  const auto last_drawn = std::find_if(output.rbegin(), output.rend(), is_control);
  const auto text = output.substr(static_cast<std::size_t>(output.rend() - last_drawn));
  auto first = text.npos;
  for (const auto beginning : beginnings) first = std::min(first, text.find(beginning));
  return first == text.npos ? std::string_view() : text.substr(first);
}

bool tells_of_the_end(std::string_view output) {
  return output.find("Connection to ") != output.npos ||
         output.find("Shared connection to ") != output.npos;
}

}  // namespace shim
