#include <string>
#include <vector>

#include <shim/app/ssh_config_files.hpp>
#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::read_ssh_config;
using test::temp_dir;
using test::write_file;

using strings = std::vector<std::string>;

TEST_CASE("a configuration that is named is the only one", "[ssh_config_files]") {
  const temp_dir dir;
  write_file(dir / "config",
             "Host web db *.example\n  ControlPath ~/.ssh/%C\nHost *\n ControlPath none\n");
  const auto all = read_ssh_config(dir / "config");
  CHECK(all.control_paths == strings{"~/.ssh/%C"});
  CHECK(all.hosts == strings{"web", "db"});
  CHECK(read_ssh_config(dir / "none").control_paths.empty());
  CHECK(read_ssh_config("none").hosts.empty());
}

TEST_CASE("what a configuration includes is read, too, by patterns and in turn",
          "[ssh_config_files]") {
  const temp_dir dir;
  write_file(dir / "config", "Include " + dir.path() + "/*.conf\nHost web\nControlPath /c/%n\n");
  write_file(dir / "a.conf", "Host a\nControlPath /a/%n\nInclude \"" + dir / "deeper" + "\"\n");
  write_file(dir / "b.conf", "Host b web\nControlPath /c/%n\n");
  write_file(dir / "deeper", "Host deep\nControlPath /deep/%n\n");
  const auto all = read_ssh_config(dir / "config");
  CHECK(strings(all.hosts) == strings{"web", "a", "deep", "b"});
  CHECK(all.control_paths == strings{"/c/%n", "/a/%n", "/deep/%n"});
}

TEST_CASE("a configuration that includes itself is read to an end", "[ssh_config_files]") {
  const temp_dir dir;
  write_file(dir / "config", "Include " + dir / "config" + "\nHost web\n");
  CHECK(read_ssh_config(dir / "config").hosts == strings{"web"});
  const auto more = " " + dir / "more";
  write_file(dir / "more", "Include" + more + more + more + more + "\nHost db\n");
  CHECK(read_ssh_config(dir / "more").hosts == strings{"db"});
}

TEST_CASE("a directory that is included has nothing to say", "[ssh_config_files]") {
  const temp_dir dir;
  write_file(dir / "config", "Include " + dir.path() + "\nHost web\n");
  CHECK(read_ssh_config(dir / "config").hosts == strings{"web"});
}
