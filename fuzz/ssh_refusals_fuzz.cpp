// ssh's refusals in a text that is cut as its first byte says, against its lines read one by one.
#include <shim/core/ssh_refusals.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>

namespace {

using kind = shim::ssh_refusal::kind;

// A line of ssh's with what it is about in it.
std::string line_of(const shim::ssh_refusal& refusal) {
  switch (refusal.what) {
    case kind::session:
      return "mux_client_request_session: session request failed: Session open refused by peer";
    case kind::control_socket:
      return "ControlSocket " + refusal.about + " already exists, disabling multiplexing";
    case kind::identification: return "kex_exchange_identification: " + refusal.about;
    case kind::connection: return "Connection closed by " + refusal.about;
    case kind::forwarding: return "muxclient: master forward request failed";
  }
  return {};
}

// Older and other beginnings as the one that line_of() writes.
std::string plain(std::string line) {
  while (line.ends_with('\r')) line.pop_back();
  if (line.starts_with("ssh_exchange_")) line.replace(0, 3, "kex");
  if (line.starts_with("Connection reset by ")) line.replace(11, 5, "closed");
  return line;
}

void finds_all(const std::string& text, std::size_t cut) {
  std::vector<shim::ssh_refusal> found;
  shim::ssh_refusal_reader reader;
  for (std::size_t at = 0; at < text.size(); at += cut) {
    auto chunk = std::string_view(text).substr(at, cut);
    while (const auto refusal = reader.next(chunk)) found.push_back(*refusal);
    CHECK(chunk.empty());
  }
  // Each line alone gives the same, and what it gives is what it says.
  std::size_t count = 0;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos;
       begin = end + 1) {
    const auto line = text.substr(begin, end - begin);
    std::string_view alone(text.data() + begin, line.size() + 1);
    const auto refusal = shim::ssh_refusal_reader().next(alone);
    if (!refusal) {
      for (const auto one : {kind::session, kind::control_socket, kind::forwarding})
        CHECK(line.size() > 512 || plain(line) != line_of({one, "/x"}));
      continue;
    }
    CHECK(count < found.size() && found[count] == *refusal);
    CHECK(plain(line) == line_of(*refusal));
    ++count;
  }
  CHECK(count == found.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  finds_all(std::string(reinterpret_cast<const char*>(data) + 1, size - 1), 1 + data[0]);
  return 0;
}
