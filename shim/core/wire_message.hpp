// Structs as frames (wire.hpp): each names its type and its fields once, in the order in which they
// stand on the wire, and is written and read by that.
//
//   struct paint {
//     static constexpr std::uint32_t type = 3;
//     std::uint32_t id = 0;
//     std::string_view why;  // of a message that was read a view of the frame
//     static constexpr auto fields = [](auto& m) { return std::tie(m.id, m.why); };
//   };
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include <shim/core/wire.hpp>

namespace shim {

// All that is left of a frame, for a last field that is a list without a length.
struct wire_rest {
  std::string_view bytes;
  bool operator==(const wire_rest&) const = default;
};

namespace wire_field {

inline void write(frame_writer& to, std::uint32_t value) { to.u32(value); }
inline void write(frame_writer& to, std::uint64_t value) { to.u64(value); }
inline void write(frame_writer& to, std::string_view value) { to.string(value); }
inline void write(frame_writer& to, const wire_rest& value) { to.bytes(value.bytes); }
template <std::size_t Size>
void write(frame_writer& to, const std::array<std::uint32_t, Size>& values) {
  for (const auto value : values) to.u32(value);
}

inline void read(wire_reader& from, std::uint32_t& value) { value = from.u32(); }
inline void read(wire_reader& from, std::uint64_t& value) { value = from.u64(); }
inline void read(wire_reader& from, std::string_view& value) { value = from.string(); }
inline void read(wire_reader& from, wire_rest& value) { value.bytes = from.rest(); }
template <std::size_t Size>
void read(wire_reader& from, std::array<std::uint32_t, Size>& values) {
  for (auto& value : values) value = from.u32();
}

}  // namespace wire_field

template <class Message>
std::string encode(const Message& message) {
  frame_writer out(Message::type);
  std::apply([&out](const auto&... field) { (wire_field::write(out, field), ...); },
             Message::fields(message));
  return out.finish();
}

// A type that is none of a protocol's: of a later version of it.
struct unknown_message {
  std::uint32_t type = 0;
  bool operator==(const unknown_message&) const = default;
};

template <class Message>
std::optional<Message> read_message(std::string_view body) {
  Message message;
  wire_reader in(body);
  std::apply([&in](auto&... field) { (wire_field::read(in, field), ...); },
             Message::fields(message));
  return in.ok() ? std::optional(message) : std::nullopt;
}

template <class Any>
using decoded = std::variant<Any, unknown_message, malformed>;

// Of a protocol: `Any` is a variant of its messages.
template <class Any>
class message_decoder;

template <class... Messages>
class message_decoder<std::variant<Messages...>> {
 public:
  using any = std::variant<Messages...>;

  static decoded<any> run(const frame& from) {
    decoded<any> found = unknown_message{from.type};
    (try_one<Messages>(from, found) || ...);
    return found;
  }

 private:
  template <class Message>
  static bool try_one(const frame& from, decoded<any>& found) {
    if (from.type != Message::type) return false;
    if (const auto message = read_message<Message>(from.body)) {
      found = any(*message);
    } else {
      found = malformed{"a message that is too short"};
    }
    return true;
  }
};

// The message in a frame. What stands behind its last field is left for later versions.
template <class Any>
decoded<Any> decode(const frame& from) {
  return message_decoder<Any>::run(from);
}

}  // namespace shim
