#include <shim/app/patient_login.hpp>

#include <tests/catch.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::log_in_patiently;

namespace {

// An ssh that the first time says this and fails, and then logs in.
class first_login_fails {
 public:
  explicit first_login_fails(const std::string& said)
      : argv_{"/bin/sh", "-c",
              "[ -e " + mark_ + " ] && exit 0; : > " + mark_ + "; printf '" + said +
                  "' >&2; exit 255"} {}

  int status() const { return log_in_patiently(argv_, "far"); }

 private:
  test::temp_dir dir_;
  std::string mark_ = dir_ / "mark";
  std::vector<std::string> argv_;
};

}  // namespace

TEST_CASE("a server that closes before its version is tried again, in the words of each ssh") {
  CHECK(first_login_fails("kex_exchange_identification: Connection closed by remote host\\r\\n"
                          "Connection closed by 192.0.2.1 port 22\\r\\n")
            .status() == 0);
  CHECK(first_login_fails("Connection closed by 192.0.2.1 port 22\\r\\n").status() == 0);
}

TEST_CASE("a server that closes later on is not tried again") {
  CHECK(first_login_fails("Permission denied, please try again.\\r\\n"
                          "Connection closed by 192.0.2.1 port 22\\r\\n")
            .status() == 255);
  CHECK(first_login_fails("me@far: Permission denied (publickey).\\r\\n").status() == 255);
}
