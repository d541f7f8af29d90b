#include <shim/core/control_path_pieces.hpp>

#include <bitset>
#include <charconv>

namespace shim {
namespace {

using kind = control_path_piece::kind;

constexpr std::size_t hash_size = 40;  // SHA-1 in hex

bool is_hash(std::string_view text) {
  return text.size() == hash_size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool admits(const control_path_piece& piece, std::string_view text) {
  switch (piece.what) {
    case kind::text: return text == piece.text;
    case kind::hash: return is_hash(text);
    case kind::port: return parse_port(text).has_value();
    case kind::host:
    case kind::destination: return !text.empty() && text.find('@') == text.npos;
    case kind::user:
    case kind::other: return !text.empty();
    case kind::maybe_empty: return true;
  }
  return false;
}

std::optional<control_path_readings::texts>* texts_of(kind what, control_path_readings& found) {
  switch (what) {
    case kind::host: return &found.host;
    case kind::destination: return &found.destination;
    case kind::port: return &found.port;
    case kind::user: return &found.user;
    default: return nullptr;
  }
}

// Of a token that is there more than once only what all its places may have is left.
void narrow(std::optional<control_path_readings::texts>& all,
            const control_path_readings::texts& here) {
  if (!all) {
    all = here;
  } else {
    std::erase_if(*all, [&here](auto text) { return !here.contains(text); });
  }
}

// The places in a name at which a piece may begin or end.
using places = std::bitset<max_socket_path + 1>;

template <class Found>
void each_reading(const control_path_piece& piece, std::string_view name, const places& begins,
                  Found&& found) {
  for (std::size_t begin = 0; begin <= name.size(); ++begin) {
    if (!begins[begin]) continue;
    for (auto end = begin + least_size(piece); end <= name.size(); ++end)
      if (admits(piece, name.substr(begin, end - begin))) found(begin, end);
  }
}

}  // namespace

std::size_t least_size(const control_path_piece& piece) {
  switch (piece.what) {
    case kind::text: return piece.text.size();
    case kind::hash: return hash_size;
    case kind::maybe_empty: return 0;
    default: return 1;
  }
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  const bool is_port = read.ec == std::errc() && read.ptr == end && digits[0] != '0';
  return is_port ? std::optional(port) : std::nullopt;
}

bool read_component(const std::vector<control_path_piece>& component, std::string_view name,
                    control_path_readings& found) {
  if (name.size() > max_socket_path) return false;
  std::vector<places> ahead(component.size() + 1);  // read so far, before each piece
  ahead.front().set(0);
  for (std::size_t i = 0; i < component.size(); ++i)
    each_reading(component[i], name, ahead[i], [&](auto, auto end) { ahead[i + 1].set(end); });
  if (!ahead.back()[name.size()]) return false;

  places rest;  // from here on the pieces behind can be read to the end
  rest.set(name.size());
  for (std::size_t i = component.size(); i-- > 0;) {
    places begins;
    control_path_readings::texts texts;
    each_reading(component[i], name, ahead[i], [&](auto begin, auto end) {
      if (!rest[end]) return;
      begins.set(begin);
      texts.insert(name.substr(begin, end - begin));
    });
    if (auto* const all = texts_of(component[i].what, found)) narrow(*all, texts);
    rest = begins;
  }
  return true;
}

}  // namespace shim
