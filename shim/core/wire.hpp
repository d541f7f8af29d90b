// Numbers, strings and frames as OpenSSH's own protocols spell them on a stream (RFC 4251 section
// 5, PROTOCOL.mux): big-endian numbers, a length before each string, and a length and a type before
// the fields of each frame.
//
// It knows no message. Nothing that comes in is trusted: a length is looked at before anybody waits
// for that much, and a reader that runs out of bytes gives zeros and is not ok() any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace shim {

// The fields of one frame, from the first on. What a later version adds behind them is not read.
class wire_reader {
 public:
  explicit wire_reader(std::string_view bytes) : rest_(bytes) {}

  std::uint32_t u32() { return static_cast<std::uint32_t>(number(sizeof(std::uint32_t))); }
  std::uint64_t u64() { return number(sizeof(std::uint64_t)); }
  std::string_view string();  // a view of the bytes given
  std::string_view rest() { return take(rest_.size()); }

  bool ok() const { return ok_; }  // nothing was missing so far

 private:
  std::uint64_t number(std::size_t size);
  std::string_view take(std::size_t size);

  std::string_view rest_;
  bool ok_ = true;
};

// One frame being written.
class frame_writer {
 public:
  explicit frame_writer(std::uint32_t type);

  frame_writer& u32(std::uint32_t value) { return number(value, sizeof value); }
  frame_writer& u64(std::uint64_t value) { return number(value, sizeof value); }
  frame_writer& string(std::string_view bytes);
  frame_writer& bytes(std::string_view rest);  // without a length: the last field

  std::string finish();  // the frame; nothing may be written behind it

 private:
  frame_writer& number(std::uint64_t value, std::size_t size);

  std::string out_;
};

struct frame {
  std::uint32_t type = 0;
  std::string_view body;  // behind the type; a view of the bytes given

  bool operator==(const frame&) const = default;
};

struct need_more {
  bool operator==(const need_more&) const = default;
};

struct malformed {
  std::string_view why;  // for people; valid as long as the program

  bool operator==(const malformed&) const = default;
};

// Takes a frame from the front of `bytes`, nothing unless all of it is there. `most`: how long one
// may be behind its length.
std::variant<frame, need_more, malformed> take_frame(std::string_view& bytes, std::size_t most);

}  // namespace shim
