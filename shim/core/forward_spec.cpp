#include <shim/core/forward_spec.hpp>

#include <charconv>
#include <vector>

namespace shim {
namespace {

using forwards = mux_message::forward;

struct field {
  std::string text;
  bool is_path = false;  // of a Unix socket
};

// Up to the next colon that is not between brackets; a backslash makes the next character plain.
// False: a bracket that is not closed, or closes before the end of the field.
bool take_field(std::string_view& rest, field& into) {
  const bool bracketed = rest.starts_with('[');
  if (bracketed) rest.remove_prefix(1);
  const char end = bracketed ? ']' : ':';
  while (!rest.empty() && rest[0] != end) {
    if (rest[0] == '\\' && rest.size() > 1) rest.remove_prefix(1);
    into.is_path |= rest[0] == '/';
    into.text += rest[0];
    rest.remove_prefix(1);
  }
  if (!bracketed) return true;
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return rest.empty() || rest[0] == ':';
}

// As many as four; more than that, or one that is broken, is none.
std::vector<field> fields_of(std::string_view text) {
  std::vector<field> fields;
  while (true) {
    if (fields.size() == 4 || !take_field(text, fields.emplace_back())) return {};
    if (text.empty()) return fields;
    text.remove_prefix(1);
  }
}

bool read_port(const field& from, std::uint32_t& port) {
  std::uint16_t number = 0;
  const auto* end = from.text.data() + from.text.size();
  const auto read = std::from_chars(from.text.data(), end, number);
  port = number;
  return !from.text.empty() && read.ec == std::errc() && read.ptr == end;
}

// One end: a path, or a port with a host before it.
bool read_end(const field* host, const field& last, std::string& name, std::uint32_t& port) {
  if (last.is_path) {
    name = last.text;
    port = forwards::unix_path;
    return host == nullptr;
  }
  if (host != nullptr && host->is_path) return false;
  if (host != nullptr) name = host->text;
  return read_port(last, port);
}

// An address that is there and empty means any (ssh(1)).
bool read_listener(const field* host, const field& last, forward_spec& into) {
  if (!read_end(host, last, into.listen_host, into.listen_port)) return false;
  if (host != nullptr && host->text.empty()) into.listen_host = "*";
  return true;
}

bool read_target(const field* host, const field& last, forward_spec& into) {
  const bool needs_host = !last.is_path && (host == nullptr || host->text.empty());
  return !needs_host && read_end(host, last, into.connect_host, into.connect_port) &&
         into.connect_port != 0;
}

bool read_socks(const std::vector<field>& all, forward_spec& into) {
  into.connect_host = "socks";  // as ssh spells it
  if (all.size() > 2) return false;
  return read_listener(all.size() == 2 ? &all[0] : nullptr, all.back(), into);
}

// listen [host], listen, connect [host], connect: which of the hosts are there is told by which
// fields are paths, and by how many there are.
bool read_pair(const std::vector<field>& all, forward_spec& into) {
  const std::size_t connect = all.back().is_path ? 1 : 2;
  if (all.size() <= connect) return false;
  const std::size_t listen = all.size() - connect;
  if (listen > 2) return false;
  return read_listener(listen == 2 ? &all[0] : nullptr, all[listen - 1], into) &&
         read_target(connect == 2 ? &all[listen] : nullptr, all.back(), into);
}

bool is_socks(char letter, const std::vector<field>& all) {
  return letter == 'D' ||
         (letter == 'R' && (all.size() == 1 || (all.size() == 2 && !all[1].is_path)));
}

// Only a server chooses a port.
bool has_listener(const forward_spec& one) {
  return one.listen_port != 0 || one.kind == forwards::remote;
}

}  // namespace

std::optional<forward_spec> parse_forward_spec(char letter, std::string_view text) {
  const auto all = fields_of(text);
  if (all.empty()) return std::nullopt;
  forward_spec spec;
  spec.kind = letter == 'D'   ? forwards::dynamic
              : letter == 'R' ? forwards::remote
                              : forwards::local;
  const bool taken = is_socks(letter, all) ? read_socks(all, spec) : read_pair(all, spec);
  return taken && has_listener(spec) ? std::optional(spec) : std::nullopt;
}

}  // namespace shim
