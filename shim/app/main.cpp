#include <fcntl.h>
#include <unistd.h>

#include <string_view>
#include <utility>
#include <vector>

#include <shim/app/find_ssh.hpp>
#include <shim/app/master_login.hpp>
#include <shim/app/pool_opening.hpp>
#include <shim/app/pooled_session.hpp>
#include <shim/app/session.hpp>
#include <shim/app/start.hpp>
#include <shim/hold/session.hpp>

SHIM_CARRY_MARK;

namespace {

// As ssh does at its start (misc.c sanitise_stdfd): an fd we open must never pass for one of these.
void open_standard_fds() {
  int fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::dup(fd);
  if (fd > STDERR_FILENO) ::close(fd);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

int main(int argc, char** argv) {
  if (const auto status = shim::session::serve(argc, argv)) return *status;
  open_standard_fds();
  if (const auto login = shim::app::read_master_login(argc, argv))
    return shim::app::run_master_login(*login);
  if (const auto pool = shim::app::read_pool_plan(argc, argv))
    shim::app::end_like(shim::app::run_pooled_session(*pool));
  if (auto pool = shim::app::read_pool_opening(argc, argv))
    return shim::app::open_pool(std::move(*pool));
  const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return shim::app::start(words, argc > 0 && base_name(argv[0]) == "ssh");
}
