#include <shim/io/file_text.hpp>

#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

TEST_CASE("a file is read whole, whatever it holds") {
  const test::temp_dir dir;
  const std::string all = std::string(100'000, 'x') + std::string("\0\n", 2);
  test::write_file(dir / "file", all);
  CHECK(shim::io::file_text(dir / "file") == all);
}

TEST_CASE("of what cannot be read as a file there is nothing") {
  const test::temp_dir dir;
  CHECK(shim::io::file_text(dir.path()).empty());
  CHECK(shim::io::file_text(dir / "nothing").empty());
}
