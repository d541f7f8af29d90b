#include <shim/core/wire.hpp>

#include <utility>

namespace shim {
namespace {

constexpr std::size_t length_size = sizeof(std::uint32_t);
constexpr std::size_t type_size = sizeof(std::uint32_t);

}  // namespace

std::string_view wire_reader::take(std::size_t size) {
  ok_ = ok_ && size <= rest_.size();
  if (!ok_) return {};
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint64_t wire_reader::number(std::size_t size) {
  std::uint64_t value = 0;
  for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string_view wire_reader::string() { return take(u32()); }

frame_writer::frame_writer(std::uint32_t type) : out_(length_size, 0) { u32(type); }

frame_writer& frame_writer::number(std::uint64_t value, std::size_t size) {
  while (size-- > 0) out_ += static_cast<char>(value >> 8 * size);
  return *this;
}

frame_writer& frame_writer::string(std::string_view bytes) {
  return u32(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
}

frame_writer& frame_writer::bytes(std::string_view rest) {
  out_ += rest;
  return *this;
}

std::string frame_writer::finish() {
  const auto length = out_.size() - length_size;
  for (std::size_t i = 0; i < length_size; ++i)
    out_[i] = static_cast<char>(length >> 8 * (length_size - 1 - i));
  return std::move(out_);
}

std::variant<frame, need_more, malformed> take_frame(std::string_view& bytes, std::size_t most) {
  wire_reader front(bytes);
  const auto length = front.u32();
  if (!front.ok()) return need_more{};
  if (length < type_size) return malformed{"a frame without a type"};
  if (length > most) return malformed{"a frame that is too long"};
  if (bytes.size() - length_size < length) return need_more{};
  wire_reader fields(bytes.substr(length_size, length));
  bytes.remove_prefix(length_size + length);
  const auto type = fields.u32();
  return frame{type, fields.rest()};
}

}  // namespace shim
