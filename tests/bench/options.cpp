#include "options.hpp"

#include <charconv>
#include <filesystem>
#include <string_view>

#include <tests/support/deadline.hpp>

namespace bench {
namespace {

int parse_rounds(std::string_view text) {
  int rounds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rounds);
  if (error != std::errc{} || end != text.data() + text.size() || rounds < 1)
    throw test::failure("--rounds wants a number from 1 up");
  return rounds;
}

std::string parse_part(std::string_view text) {
  for (const std::string_view part :
       {"echo", "bulk", "start", "flight", "attach", "ls", "mux", "pool", "memory"})
    if (text == part) return std::string(part);
  throw test::failure("--only wants echo, bulk, start, flight, attach, ls, mux, pool or memory");
}

// The contenders run elsewhere and are started by way of a shell, so a path must hold there too.
std::string absolute(const std::string& program) {
  if (program.find('/') == std::string::npos) return program;
  return std::filesystem::absolute(program).lexically_normal();
}

}  // namespace

const char* const usage =
    R"(usage: bench_session [--rounds N] [--quick] [--only PART] [--shim PATH] [--ssh PATH]

Measures ssh-shim, whose sessions are held, and ssh-shim --no-hold beside plain ssh, script(1) and,
where they are installed, dtach, tmux and screen, all running the same ssh to an sshd of our own on
loopback:

  echo    a byte typed at the user's terminal until it is back from a far end that echoes
  bulk    wall time of a remote `cat` of plain, coloured and UTF-8 text
  start   from exec to the first remote byte
  flight  what the far end has written when it blocks, the terminal reading nothing; and, without
          ssh, what is on its way when the terminal stops to read

and, without ssh, those that can leave a session and take it up again:

  attach  from exec to the last of the picture
  ls      many sessions being listed
  mux     many mux masters being listed, and each being checked by ssh -O check
  pool    from exec to the first remote byte, through a master; with ssh
  memory  what keeps a session that nobody looks at, new, after a flood and ended (Pss of /proc,
          which of ssh-shim's processes root alone can read)

  --rounds N   rounds of each part (10)
  --quick      tiny sizes, to see that all runs; its figures mean nothing
  --only PART  one of these
  --shim PATH  the ssh-shim to measure (the one built beside this program); a release build
  --ssh PATH   the ssh that all of them run

In each round every contender has its turn, in an order that is shuffled each time, so that a
machine that changes its pace changes it for all. Compare figures of one run only, ratios rather
than times, and give the machine nothing else to do: the load average is in the head.
)";

options parse_options(int argc, char** argv, const std::string& shim) {
  options parsed;
  parsed.shim = shim;
  for (int at = 1; at < argc; ++at) {
    const std::string_view word = argv[at];
    const auto value = [&]() -> std::string {
      if (++at == argc) throw test::failure(std::string(word) + " wants a value");
      return argv[at];
    };
    if (word == "--rounds") {
      parsed.rounds = parse_rounds(value());
    } else if (word == "--quick") {
      parsed.quick = true;
    } else if (word == "--only") {
      parsed.only = parse_part(value());
    } else if (word == "--shim") {
      parsed.shim = absolute(value());
    } else if (word == "--ssh") {
      parsed.ssh = absolute(value());
    } else {
      throw test::failure("no such option: " + std::string(word) + "; see --help");
    }
  }
  return parsed;
}

}  // namespace bench
