#include <shim/core/ssh_refusals.hpp>

#include <utility>

namespace shim {
namespace {

using kind = ssh_refusal::kind;

constexpr std::string_view session_refused =
    "mux_client_request_session: session request failed: Session open refused by peer";
constexpr std::string_view forward_refused = "muxclient: master forward request failed";
constexpr std::string_view socket_begins = "ControlSocket ";
constexpr std::string_view socket_ends = " already exists, disabling multiplexing";

// OpenSSH before 8.0 names another function.
constexpr std::string_view identifications[] = {"kex_exchange_identification: ",
                                                "ssh_exchange_identification: "};
constexpr std::string_view connections[] = {"Connection closed by ", "Connection reset by "};
constexpr std::string_view port = " port ";

// sshpkt_fmt_connection_id(): an address, ` port ` and the number, which is 65535 if there is none.
bool is_peer(std::string_view text) {
  const auto at = text.rfind(port);
  if (at == text.npos || at == 0) return false;
  const auto digits = text.substr(at + port.size());
  return !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
}

std::optional<ssh_refusal> refusal_in(std::string_view line) {
  line = line.substr(0, line.find_last_not_of('\r') + 1);  // npos + 1 is 0
  if (line == session_refused) return ssh_refusal{kind::session, {}};
  if (line == forward_refused) return ssh_refusal{kind::forwarding, {}};
  if (line.starts_with(socket_begins) && line.ends_with(socket_ends) &&
      line.size() > socket_begins.size() + socket_ends.size()) {
    line.remove_prefix(socket_begins.size());
    line.remove_suffix(socket_ends.size());
    return ssh_refusal{kind::control_socket, std::string(line)};
  }
  for (const auto beginning : identifications) {
    if (line.starts_with(beginning) && line.size() > beginning.size())
      return ssh_refusal{kind::identification, std::string(line.substr(beginning.size()))};
  }
  for (const auto beginning : connections) {
    if (line.starts_with(beginning) && is_peer(line.substr(beginning.size())))
      return ssh_refusal{kind::connection, std::string(line.substr(beginning.size()))};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ssh_refusal> ssh_refusal_reader::next(std::string_view& text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    is_too_long_ = is_too_long_ || part.size() > longest_line - line_.size();
    if (is_too_long_) {
      line_.clear();
    } else {
      line_ += part;
    }
    if (end == text.npos) return std::nullopt;
    const auto line = std::exchange(line_, {});
    if (std::exchange(is_too_long_, false)) continue;
    if (auto refusal = refusal_in(line)) return refusal;
  }
  return std::nullopt;
}

}  // namespace shim
