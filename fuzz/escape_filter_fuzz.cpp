// The escape filter and the stuffing behind it, against the model of ssh's rule.
//   byte 0: the escape character; byte 1: how reads are cut; the rest is typed.
#include <shim/core/escape_filter.hpp>
#include <shim/core/escape_stuffing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <tests/support/escape_model.hpp>

namespace {

constexpr unsigned char private_byte = 0xff;

struct outcome {
  std::string sent;
  std::string acted;
  std::string for_ssh;  // stuffed

  bool operator==(const outcome&) const = default;
};

void read_once(shim::escape_filter& filter, shim::escape_stuffing& stuffing, std::string_view typed,
               outcome& all) {
  while (const auto event = filter.next(typed)) {
    if (const auto* command = std::get_if<shim::command>(&*event)) {
      all.acted += command->what->key;
      continue;
    }
    auto bytes = std::get<shim::forward>(*event).bytes;
    all.sent += bytes;
    for (auto piece = stuffing.next(bytes); !piece.empty(); piece = stuffing.next(bytes))
      all.for_ssh += piece;
  }
}

outcome filtered(shim::escape_char escape, std::string_view typed, std::size_t piece) {
  const shim::escape_keys keys;
  shim::escape_filter filter(escape, keys);
  shim::escape_stuffing stuffing{shim::escape_char(private_byte)};
  outcome all;
  for (; !typed.empty(); typed.remove_prefix(std::min(piece, typed.size())))
    read_once(filter, stuffing, typed.substr(0, piece), all);
  return all;
}

void check(shim::escape_char escape, std::string_view typed, std::size_t piece) {
  const auto whole = filtered(escape, typed, typed.size() + 1);
  test::escape_model model{escape.byte(), std::string(test::ssh_keys), std::string(test::own_keys)};
  model.type(typed);
  CHECK(whole.sent == model.sent);
  CHECK(whole.acted == model.acted);
  CHECK(filtered(escape, typed, piece) == whole);
  CHECK(filtered(escape, typed, 1) == whole);

  test::escape_model ssh{private_byte, std::string(test::ssh_keys) + "I"};
  ssh.type(whole.for_ssh);
  CHECK(ssh.sent == whole.sent);
  CHECK(ssh.acted.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view typed(reinterpret_cast<const char*>(data) + 2, size - 2);
  check(shim::escape_char(data[0]), typed, data[1] + std::size_t{1});
  return 0;
}
