// What must hold for the frames of any protocol (wire_message.hpp), whatever bytes come.
//   A frame is taken whole or not at all: every beginning of it wants more. A message that was read
//   is written as what was read, up to its last field.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <fuzz/check.hpp>
#include <shim/core/wire_message.hpp>

namespace fuzz {

template <class Any>
void check_message(const shim::frame& from) {
  const auto read = shim::decode<Any>(from);
  const auto* any = std::get_if<Any>(&read);
  if (any == nullptr) return;
  const auto again = std::visit([](const auto& m) { return shim::encode(m); }, *any);
  std::string_view rest = again;
  const auto taken = shim::take_frame(rest, again.size());
  const auto* written = std::get_if<shim::frame>(&taken);
  CHECK(written != nullptr && rest.empty());
  CHECK(written->type == from.type && from.body.starts_with(written->body));
}

inline void check_beginnings(std::string_view whole, std::size_t most) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto begin = whole.substr(0, size);
    CHECK(std::holds_alternative<shim::need_more>(shim::take_frame(begin, most)));
    CHECK(begin.size() == size);
  }
}

template <class Any, class... Others>
void check_frames(std::string_view bytes, std::size_t most) {
  while (true) {
    const auto before = bytes;
    const auto taken = shim::take_frame(bytes, most);
    const auto* frame = std::get_if<shim::frame>(&taken);
    if (frame == nullptr) {
      CHECK(bytes.size() == before.size());
      return;
    }
    CHECK(before.size() - bytes.size() == frame->body.size() + 8);
    check_beginnings(before.substr(0, before.size() - bytes.size()), most);
    check_message<Any>(*frame);
    (check_message<Others>(*frame), ...);
  }
}

}  // namespace fuzz
