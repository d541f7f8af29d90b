#include <shim/core/mux_pool.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

namespace shim {
namespace {

template <class Number>
std::optional<Number> number_of(std::string_view digits, int base) {
  Number number = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, base);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

// Removes the first line, or word, from the front and gives it.
std::string_view take_up_to(char separator, std::string_view& text) {
  const auto part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

bool is_number_of_member(std::size_t number) { return number >= 1 && number <= most_pool_members; }

// The session's own, and how it comes to a master. What is not here makes another connection:
// rather one master too many than a session that goes another way than was asked for.
constexpr std::array of_the_session{
    std::string_view("clearallforwardings"),
    std::string_view("controlmaster"),
    std::string_view("controlpath"),
    std::string_view("controlpersist"),
    std::string_view("dynamicforward"),
    std::string_view("enableescapecommandline"),
    std::string_view("escapechar"),
    std::string_view("exitonforwardfailure"),
    std::string_view("forkafterauthentication"),
    std::string_view("forwardagent"),
    std::string_view("forwardx11"),
    std::string_view("forwardx11timeout"),
    std::string_view("forwardx11trusted"),
    std::string_view("host"),
    std::string_view("localforward"),
    std::string_view("loglevel"),
    std::string_view("logverbose"),
    std::string_view("remotecommand"),
    std::string_view("remoteforward"),
    std::string_view("requesttty"),
    std::string_view("sendenv"),
    std::string_view("sessiontype"),
    std::string_view("setenv"),
    std::string_view("stdinnull"),
    std::string_view("visualhostkey"),
};

constexpr std::uint64_t sum_of_nothing = 0xcbf29ce484222325;

// FNV-1a: what is written down is to mean the same to the next version of this program.
void mix(std::uint64_t& sum, std::string_view bytes) {
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    sum *= 0x100000001b3;
  }
}

// Whether ssh puts the destination's name into it as it connects: `%h` is another line's, too.
bool names_host(std::string_view line) {
  return line.find("%n") != line.npos || line.find("%k") != line.npos;
}

std::string_view value_in(std::string_view dump, std::string_view keyword) {
  while (!dump.empty()) {
    auto line = take_up_to('\n', dump);
    if (take_up_to(' ', line) == keyword) return line;
  }
  return {};
}

// 0 means none.
std::uint64_t number_for(std::initializer_list<std::string_view> parts) {
  std::uint64_t sum = sum_of_nothing;
  for (const auto part : parts) {
    mix(sum, part);
    mix(sum, "\n");
  }
  return std::max<std::uint64_t>(sum, 1);
}

// ForwardAgent is a switch, a socket, or the name of a variable that has one behind a `$`; for the
// switch it is the one that ssh uses itself, which is part of the options if IdentityAgent names
// it.
std::uint64_t forwarded_agent(std::string_view dump, variable_value value_of) {
  const auto forward = value_in(dump, "forwardagent");
  if (forward.empty() || forward == "no") return 0;
  if (forward.starts_with('$'))
    return number_for({forward, value_of(std::string(forward.substr(1)).c_str())});
  if (forward != "yes") return number_for({forward});
  const auto own = value_in(dump, "identityagent");
  if (own == "none") return 0;
  if (!own.empty() && own != "SSH_AUTH_SOCK") return number_for({own});
  const auto socket = value_of("SSH_AUTH_SOCK");
  return socket.empty() ? 0 : number_for({socket});
}

std::uint64_t forwarded_display(std::string_view dump, variable_value value_of) {
  const auto display = value_of("DISPLAY");
  if (value_in(dump, "forwardx11") != "yes" || display.empty()) return 0;
  return number_for(
      {display, value_in(dump, "forwardx11trusted"), value_in(dump, "forwardx11timeout")});
}

}  // namespace

std::string pool_member_path(std::string_view control_path, std::size_t number) {
  std::string path(control_path);
  if (number > 1) path += "-" + std::to_string(number);
  return path;
}

std::optional<std::string_view> path_without_pool_number(std::string_view path) {
  const auto at = path.rfind('-');
  if (at == path.npos || at == 0 || path[at - 1] == '/') return std::nullopt;
  const auto digits = path.substr(at + 1);
  const auto number = number_of<std::size_t>(digits, 10);
  if (!number || *number < 2 || *number > most_pool_members || digits.front() == '0')
    return std::nullopt;
  return path.substr(0, at);
}

std::vector<std::string> pool_paths(std::span<const std::string> listed) {
  std::vector<std::string> paths(listed.begin(), listed.end());
  const auto first = std::ranges::find_if_not(listed, &std::string::empty);
  if (first == listed.end()) return paths;
  for (std::size_t number = 2; paths.size() < most_pool_members; ++number) {
    auto path = pool_member_path(*first, number);
    if (std::ranges::find(listed, path) == listed.end()) paths.push_back(std::move(path));
  }
  return paths;
}

pool_choice choose_pool_member(std::span<const pool_member> members, std::size_t most_sessions) {
  const pool_member* least = nullptr;
  const pool_member* vacant = nullptr;
  const auto before = [](const pool_member& one, const pool_member* other) {
    return other == nullptr || one.number < other->number;
  };
  for (const auto& each : members) {
    if (each.what == pool_member::kind::vacant && before(each, vacant)) vacant = &each;
    if (each.what != pool_member::kind::usable || each.sessions >= most_sessions) continue;
    if (least == nullptr || each.sessions < least->sessions ||
        (each.sessions == least->sessions && each.number < least->number))
      least = &each;
  }
  if (least != nullptr) return {pool_choice::kind::join, least->number};
  if (vacant != nullptr) return {pool_choice::kind::begin, vacant->number};
  return {};
}

bool carries(const pool_connection& master, const pool_connection& session) {
  return master.options == session.options &&
         (session.agent == 0 || session.agent == master.agent) &&
         (session.display == 0 || session.display == master.display);
}

// A master carries one session at least, or is none for us.
void pool_record::learn(std::size_t sessions) {
  const auto known = most_sessions.value_or(sessions);
  most_sessions = std::max<std::size_t>(1, std::min(known, sessions));
}

std::string spelled(const pool_connection& connection) {
  std::string text;
  for (const auto number : {connection.options, connection.agent, connection.display}) {
    std::array<char, 16> hex{};
    const auto written = std::to_chars(hex.data(), hex.data() + hex.size(), number, 16);
    if (!text.empty()) text += ' ';
    text.append(hex.data(), written.ptr);
  }
  return text;
}

std::optional<pool_connection> parse_pool_connection(std::string_view text) {
  pool_connection connection;
  for (auto* const each : {&connection.options, &connection.agent, &connection.display}) {
    const auto number = number_of<std::uint64_t>(take_up_to(' ', text), 16);
    if (!number) return std::nullopt;
    *each = *number;
  }
  return text.empty() ? std::optional(connection) : std::nullopt;
}

std::string spelled(const pool_record& record) {
  std::string text;
  if (record.most_sessions) text += "sessions " + std::to_string(*record.most_sessions) + "\n";
  for (const auto& [number, connection] : record.connected)
    text += "member " + std::to_string(number) + " " + spelled(connection) + "\n";
  return text;
}

pool_record parse_pool_record(std::string_view text) {
  pool_record record;
  while (!text.empty()) {
    auto line = take_up_to('\n', text);
    const auto word = take_up_to(' ', line);
    const auto number = number_of<std::size_t>(take_up_to(' ', line), 10);
    if (!number || *number == 0) continue;
    if (word == "sessions" && line.empty()) record.most_sessions = number;
    if (word != "member" || !is_number_of_member(*number)) continue;
    if (const auto connection = parse_pool_connection(line))
      record.connected[*number] = *connection;
  }
  return record;
}

std::uint64_t connection_options(std::string_view dump) {
  std::uint64_t sum = sum_of_nothing;
  std::string_view host;
  bool depends_on_host = false;
  while (!dump.empty()) {
    const auto line = take_up_to('\n', dump);
    const auto keyword = line.substr(0, line.find(' '));
    if (keyword == "host") host = line;
    if (std::ranges::find(of_the_session, keyword) != of_the_session.end()) continue;
    mix(sum, line);
    mix(sum, "\n");
    depends_on_host = depends_on_host || names_host(line);
  }
  if (depends_on_host) mix(sum, host);
  return sum;
}

pool_connection connection_of(std::string_view dump, variable_value value_of) {
  return {connection_options(dump), forwarded_agent(dump, value_of),
          forwarded_display(dump, value_of)};
}

}  // namespace shim
