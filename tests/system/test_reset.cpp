// However a session ends and whatever it had switched on: the user's terminal is as it was, and so
// is what stood on it.
#include <tests/support/process_tree.hpp>
#include <tests/system/endings.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

#define SHIM_NEEDS_USER_SHELL() \
  SHIM_NEEDS_SSHD();            \
  SHIM_NEEDS("dash");           \
  if (const auto no_tmux = test::tmux::why_not()) SHIM_SKIP(no_tmux->c_str())

namespace {

const std::vector<std::string> nothing;

// One server and one link for all the sessions of a test.
struct far_side {
  sshd server;
  tcp_relay link{server.port()};
  std::string config = server.config_for(link.port());
};

void leaves_nothing(far_side& far, const far_program& program, const ending& end) {
  CAPTURE(program.name, end.name);
  user_shell user(SHIM_BINARY, far.config, program);
  const picture before = user.at_prompt();
  user.start();
  end.bring_about(user, far.server, far.link);
  user.wait_for_prompt();
  picture after = user.at_prompt();
  // Its newline was a part of the string: the line it leaves is its own doing.
  if (end.wanted && program.swallows) after["prompt's place"] = before.at("prompt's place");
  CHECK(changed(before, after) == nothing);
  CHECK(user.pasted() == "plain");
}

void leaves_nothing_however_it_ends(const far_program& program) {
  far_side far;
  for (const auto& end : endings()) leaves_nothing(far, program, end);
}

}  // namespace

TEST_CASE("however a session ends in which nothing was on the terminal is as before") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(nothing_on());
}

TEST_CASE("however a session ends the modes on the primary screen are undone") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(modes_on());
}

TEST_CASE("however a session ends the whole screen scrolls again and the cursor stays") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(scroll_region_on());
}

TEST_CASE("however a session ends origin mode is off and the user's text stays") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(all_on_the_primary_screen());
}

TEST_CASE("however a session ends the primary screen is back and modes of the other are undone") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(all_on_the_alternate_screen());
}

TEST_CASE("however a session ends in the middle of a string the prompt is no part of it") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(half_a_string());
}

TEST_CASE("however a session ends in a control sequence the prompt is no part of it") {
  SHIM_NEEDS_USER_SHELL();
  leaves_nothing_however_it_ends(half_a_control_sequence());
}

TEST_CASE("what editors, pagers and tmux switch on is undone when they are cut off") {
  SHIM_NEEDS_USER_SHELL();
  const orphanage tmux_servers;
  const temp_dir dir;
  far_side far;
  for (const auto& program : real_programs(dir))
    for (const auto* end : {"~.", "server killed"}) leaves_nothing(far, program, ending_named(end));
}

TEST_CASE("why a session ended is to be read after the alternate screen is gone") {
  SHIM_NEEDS_USER_SHELL();
  far_side far;
  for (const auto& end : endings()) {
    if (end.reason.empty()) continue;
    CAPTURE(end.name);
    user_shell user(SHIM_BINARY, far.config, all_on_the_alternate_screen());
    user.start();
    end.bring_about(user, far.server, far.link);
    user.wait_for_prompt();
    CHECK(user.modes().at("alternate screen") == "0");
    CAPTURE(end.reason, user.screen().screen());
    CHECK(user.screen().screen().find(end.reason) != std::string::npos);
  }
}

namespace {

// All that is on is off at the prompt, and on again after `fg`: with a screen process all of it,
// and without one what is not `forgotten`.
void suspends_and_goes_on(const std::string& options, const std::vector<std::string>& forgotten) {
  far_side far;
  for (auto program : {nothing_on(), modes_on(), scroll_region_on(), all_on_the_primary_screen(),
                       all_on_the_alternate_screen()}) {
    CAPTURE(program.name);
    program.script += std::string(FAR_END) + " --winsize\n";
    user_shell user(SHIM_BINARY + options, far.config, program);
    const picture before = user.at_prompt();
    user.start();
    user.type("q\r");
    user.screen().wait_for("size 24 80");
    picture during = user.modes();

    user.type("~\x1a");
    user.wait_for_prompt();
    CHECK(changed(before, user.at_prompt()) == nothing);

    // So that what is seen later is new.
    user.type("clear\n");
    user.screen().wait_for([](const auto& screen) { return screen == "home$"; }, "a clear screen");
    user.type("fg\n");
    user.screen().wait_for(" 24 80");  // "size" may be in line drawing, and Unicode then
    for (const auto& mode : forgotten) during[mode] = before.at(mode);
    CHECK(changed(during, user.modes()) == nothing);
    user.type("q");
    user.wait_for_prompt();
    CHECK(changed(before, user.modes()) == nothing);
  }
}

}  // namespace

TEST_CASE("the escape ~^Z switches off what is on, and fg shows all of it again") {
  SHIM_NEEDS_USER_SHELL();
  suspends_and_goes_on("", {});
}

TEST_CASE("without a holder fg switches on again what ~^Z switched off, for a redraw") {
  SHIM_NEEDS_USER_SHELL();
  // Nobody knows what it was, so it stays.
  suspends_and_goes_on(" --no-hold", {"title"});
}
