// Who reads a session's pty under any order of events: every choice of tests/support's model of a
// session by two bytes.
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/session_roles_model.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::choices random{{reinterpret_cast<const char*>(data), size}};
  test::session_world world(random);
  while (!random.bytes.empty() && world.broken().empty()) world.happen();
  world.finish();
  if (!world.broken().empty()) std::fprintf(stderr, "not so: %s\n", world.broken().data());
  CHECK(world.broken().empty());
  return 0;
}
