// One component of a ControlPath template against the name of a file: every way to read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace shim {

inline constexpr std::size_t max_socket_path = 107;  // sun_path has 108 with its NUL

// Text, or a token that nothing here has a value for.
struct control_path_piece {
  enum class kind : std::uint8_t { text, hash, host, destination, port, user, other, maybe_empty };
  kind what = kind::text;
  std::string text = {};  // if it is that
};

// The shortest text it stands for.
std::size_t least_size(const control_path_piece& piece);

// A port of TCP in decimal, without a zero in front.
std::optional<std::uint16_t> parse_port(std::string_view digits);

// Each token's texts over all ways to read what was read; of a token that is there more than once,
// those that all its places may have. Nothing for a token that is not there. Views into the names.
struct control_path_readings {
  using texts = std::set<std::string_view>;
  std::optional<texts> host, destination, port, user;
};

// Adds what a component's tokens stand for in a name; false if it is no name of the component's.
// Takes at most |component| x |name|^2 looks; a name longer than a socket's path is none.
bool read_component(const std::vector<control_path_piece>& component, std::string_view name,
                    control_path_readings& found);

}  // namespace shim
