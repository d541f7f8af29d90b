// The vectors of what is replied in a terminal's place, asked of a real one.
#include <string>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tty_link.hpp>
#include <tests/support/vectors.hpp>
#include <tests/support/x_terminal.hpp>

using namespace test;

namespace {

// An xterm in which a row leaves nothing to the next: RIS keeps the colours of OSC 10 to 12.
class asked_xterm {
 public:
  std::string reply_to(std::string_view written) {
    constexpr std::string_view anew = "\033c\x1b]110\a\x1b]111\a\x1b]112\a";
    constexpr std::string_view last = "\x1b[4711$p";  // a mode that there is not
    constexpr std::string_view answered = "\x1b[4711;0$y";
    link_.write(std::string(anew) + std::string(written) + std::string(last));
    std::string reply = link_.expect(answered);
    reply.resize(reply.size() - answered.size());
    return reply;
  }

 private:
  x_display display_;
  tty_link_server server_;
  x_terminal terminal_{display_, x_terminal::kind::xterm, {TTY_END, server_.path()}};
  tty_link link_ = server_.accept();
};

}  // namespace

TEST_CASE("xterm replies what the vectors say, or what they say it replies instead") {
  if (const auto why = x_terminal::why_not(x_terminal::kind::xterm)) SHIM_SKIP(why->c_str());
  asked_xterm xterm;
  for (const auto& row : read_vectors(SHIM_SOURCE_DIR "/tests/vectors/answers.txt")) {
    INFO(row.at(0));
    const auto reply = xterm.reply_to(unescaped(row[0]));
    if (row.at(2) == "*") continue;
    CHECK(escaped(reply) == escaped(unescaped(row[2].empty() ? row[1] : row[2])));
  }
}
