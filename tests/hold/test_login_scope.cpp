#include <shim/hold/login_scope.hpp>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

using shim::hold::at_logout;
using shim::hold::move_to_user_scope;
using shim::hold::what_logout_does;

namespace {

const std::string in_login = "0::/user.slice/user-1000.slice/session-3.scope\n";

// A machine with systemd, whose busctl answers as it is told and keeps what it was asked.
struct machine {
  explicit machine(const std::string& answer, int status = 0) {
    test::write_file(asked, "");
    test::write_file(rules.busctl,
                     "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + asked + "'\necho '" + answer +
                         "'\nexit " + std::to_string(status) + "\n",
                     0700);
    test::write_file(rules.booted, "");
  }
  void linger() const {
    REQUIRE(::mkdir(rules.linger.c_str(), 0700) == 0);
    test::write_file(rules.linger + "/" + ::getpwuid(::geteuid())->pw_name, "");
  }

  test::temp_dir dir;
  std::string asked = dir / "asked";
  shim::hold::login_rules rules{dir / "busctl", dir / "booted", dir / "linger"};
};

}  // namespace

TEST_CASE("what is in the scope of a login is killed at its end if logind says so") {
  const machine kills("b true");
  CHECK(what_logout_does(in_login, kills.rules) == at_logout::killed);
  CHECK(test::read_file(kills.asked) ==
        "get-property\norg.freedesktop.login1\n/org/freedesktop/login1\n"
        "org.freedesktop.login1.Manager\nKillUserProcesses\n");
  CHECK(what_logout_does("1:name=systemd:/user.slice/user-0.slice/session-c1.scope\n0::/\n",
                         kills.rules) == at_logout::killed);
  kills.linger();
  CHECK(what_logout_does(in_login, kills.rules) == at_logout::killed_unless_moved);
  const machine kills_not("b false");
  kills_not.linger();
  CHECK(what_logout_does(in_login, kills_not.rules) == at_logout::goes_on);
}

TEST_CASE("nothing is asked about what is in no login's scope, or where there is no systemd") {
  for (const auto* cgroup : {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n",
                             "0::/system.slice/cron.service\n", "0::/\n", ""}) {
    const machine kills("b true");
    CHECK(what_logout_does(cgroup, kills.rules) == at_logout::goes_on);
    CHECK(test::read_file(kills.asked).empty());
  }
  const machine other("b true");
  REQUIRE(::unlink(other.rules.booted.c_str()) == 0);
  CHECK(what_logout_does(in_login, other.rules) == at_logout::goes_on);
  CHECK(test::read_file(other.asked).empty());
}

TEST_CASE("a logind that does not answer kills nobody") {
  const machine refuses("b true", 1);
  CHECK(what_logout_does(in_login, refuses.rules) == at_logout::goes_on);
  auto without = refuses.rules;
  without.busctl = "/nonexistent/busctl";
  CHECK(what_logout_does(in_login, without) == at_logout::goes_on);
}

TEST_CASE("processes go to a scope of the user's own by one call") {
  const machine user("o \"/org/freedesktop/systemd1/job/1\"");
  const std::vector<pid_t> processes{41, 42};
  CHECK(move_to_user_scope(processes, user.rules));
  CHECK(test::read_file(user.asked) ==
        "--user\ncall\norg.freedesktop.systemd1\n/org/freedesktop/systemd1\n"
        "org.freedesktop.systemd1.Manager\nStartTransientUnit\nssa(sv)a(sa(sv))\n"
        "ssh-shim-41.scope\nfail\n3\nCollectMode\ns\ninactive-or-failed\nSendSIGHUP\nb\ntrue\n"
        "PIDs\nau\n2\n41\n42\n0\n");
  const machine refuses("", 1);
  CHECK_FALSE(move_to_user_scope(processes, refuses.rules));
}
