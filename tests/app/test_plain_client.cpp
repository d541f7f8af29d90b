#include <algorithm>
#include <filesystem>
#include <optional>

#include <shim/app/plain_client.hpp>
#include <tests/app/listed.hpp>
#include <tests/catch.hpp>
#include <tests/support/process.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::plain_client;
using shim::app::plain_clients;

namespace {

// A shell in a file called ssh, which takes these words as ssh would: -c has a value, and what
// stands behind it is sh's to ignore. It waits for its input.
struct false_ssh {
  test::temp_dir dir;
  test::process it;

  explicit false_ssh(const std::vector<std::string>& words)
      : it(argv(words), {.in = test::stream::piped()}) {
    it.expect_out("ready\n");
  }

  std::vector<std::string> argv(const std::vector<std::string>& words) const {
    std::filesystem::copy_file("/bin/sh", dir / "ssh");
    std::vector<std::string> all{dir / "ssh", "-c", "echo ready; read -r line"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }

  std::optional<plain_client> found(
      const std::vector<shim::hold::session_info>& sessions = {}) const {
    const auto all = plain_clients(sessions);
    const auto at = std::ranges::find(all, it.pid(), &plain_client::pid);
    return at == all.end() ? std::nullopt : std::optional(*at);
  }
};

}  // namespace

TEST_CASE("an ssh that runs is found, and the host it was given", "[plain_client]") {
  const false_ssh ssh({"-p", "2222", "me@far", "uptime", "-p"});
  const auto found = ssh.found();
  REQUIRE(found);
  CHECK(found->host == "me@far");
  CHECK(found->terminal.empty());
  CHECK(found->command ==
        (ssh.dir / "ssh") + " -c echo ready; read -r line -p 2222 me@far uptime -p");
}

TEST_CASE("words that name no host are no host", "[plain_client]") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"-p", "22"}, {"--unknown", "far"}, {"-@", "far"}}) {
    const false_ssh ssh(words);
    const auto found = ssh.found();
    REQUIRE(found);
    CHECK(found->host.empty());
  }
}

TEST_CASE("the ssh of a session is none", "[plain_client]") {
  const false_ssh ssh({"far"});
  auto session = test::listed("a");
  CHECK(ssh.found({session}));
  session.numbers.pid = static_cast<std::uint32_t>(ssh.it.pid());
  CHECK_FALSE(ssh.found({session}));
}

TEST_CASE("a master's words tell whether something of its own ends with it", "[plain_client]") {
  using words = std::vector<std::string>;
  for (const auto& each :
       {words{"ssh", "-M", "far"}, words{"ssh", "-M", "far", "uptime", "-N"},
        words{"ssh", "-fM", "far", "sleep 60"}, words{"ssh", "-fNM", "-L", "8080:db:80", "far"},
        words{"ssh", "-NM", "far", "-D1080"}, words{"ssh", "-NMR", "0:db:80", "far"}, words{}}) {
    CAPTURE(each);
    CHECK(shim::app::has_own_use(each));
  }
  for (const auto& each : {words{"ssh", "-fNM", "far"}, words{"ssh", "-M", "far", "-N"},
                           words{"ssh: /home/me/.ssh/far [mux]"}}) {
    CAPTURE(each);
    CHECK(!shim::app::has_own_use(each));
  }
}
