// A program that has sessions by shim/hold/session.hpp:
//   embedder start NAME PROGRAM [WORDS...] | attach NAME | leave NAME PROGRAM [WORDS...]
// It ends as what ran in the session did, with 10 if that was left, and with 20 at an error.
#include <cstdio>
#include <string>
#include <vector>

#include <shim/hold/ask_holder.hpp>
#include <shim/hold/session.hpp>

namespace {

constexpr int was_left = 10;
constexpr int failed = 20;

int fail(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "embedder: cannot %s: %s\n", what.c_str(), why.c_str());
  return failed;
}

int show(shim::session& what) {
  std::error_code error;
  shim::io::tty terminal(error);
  if (error) return fail("open the terminal", error.message());
  const auto how = what.attach(terminal, {});
  if (!how.failure.empty()) return fail("attach", how.failure);
  if (how.end.cause == shim::end_cause::detached) return was_left;
  return how.end.ssh ? how.end.ssh->value : failed;
}

int start(const std::vector<std::string>& words, bool with_terminal) {
  shim::hold::place_error error;
  shim::session one({.path = words[2], .argv = {words.begin() + 2, words.end()}, .name = words[1]},
                    error);
  if (error) return fail(error.what, error.why.message());
  std::printf("session %s\n", one.name().c_str());
  std::fflush(stdout);
  if (with_terminal) return show(one);
  const auto why = one.leave();
  return why.empty() ? was_left : fail("leave it", why);
}

int attach(const std::string& name) {
  const auto places = shim::hold::find_places(shim::hold::places_of_environment()).places;
  for (const auto& found : shim::hold::all_sessions(places)) {
    if (found.name != name) continue;
    std::error_code error;
    shim::session one(*found.where, name, error);
    return error ? fail("find it", error.message()) : show(one);
  }
  return fail("find it", "there is none");
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto status = shim::session::serve(argc, argv)) return *status;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() > 2 && words[0] != "attach") return start(words, words[0] == "start");
  if (words.size() == 2 && words[0] == "attach") return attach(words[1]);
  return fail("run", "start, attach or leave, and a name");
}
