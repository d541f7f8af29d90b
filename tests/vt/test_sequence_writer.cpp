#include <vt/stream/sequence_writer.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include <tests/catch.hpp>

TEST_CASE("each number in a list is spelled in decimal") {
  for (const unsigned n : {0u, 9u, 10u, 99u, 100u, 199u, 255u, 256u, 999u, 65535u, 4294967295u}) {
    std::array<char, 64> bytes;
    vt::sequence_writer out(bytes);
    vt::number_list list(out, "\x1b[", "m");
    list.add(n);
    list.add(n);
    list.finish();
    const auto spelled = std::to_string(n);
    CHECK(std::string_view(bytes.data(), out.size()) == "\x1b[" + spelled + ';' + spelled + 'm');
  }
}

TEST_CASE("a buffer that is full is not written beyond") {
  std::array<char, 16> bytes;
  for (std::size_t size = 0; size <= 8; ++size) {
    bytes.fill('-');
    vt::sequence_writer out(std::span<char>(bytes.data(), size));
    for (const unsigned n : {1u, 22u, 255u, 1000u}) out.next_number(n);
    CHECK(out.size() <= size);
    CHECK(std::string(bytes.data() + size, bytes.size() - size) ==
          std::string(bytes.size() - size, '-'));
  }
}

TEST_CASE("a list of more than sixteen numbers goes on in another sequence") {
  std::array<char, 128> bytes;
  vt::sequence_writer out(bytes);
  vt::number_list list(out, "<", ">");
  for (unsigned n = 0; n < 14; ++n) list.add(n);
  list.keep_together(3);
  for (const unsigned n : {38u, 5u, 208u}) list.add(n);
  list.finish();
  CHECK(std::string_view(bytes.data(), out.size()) ==
        "<0;1;2;3;4;5;6;7;8;9;10;11;12;13><38;5;208>");
}
