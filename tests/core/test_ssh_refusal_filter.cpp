#include <shim/core/ssh_refusal_filter.hpp>

#include <string>

#include <tests/catch.hpp>

namespace {

using shim::ssh_refusal;
using shim::ssh_refusal_filter;

const std::string refused_line =
    "mux_client_request_session: session request failed: Session open refused by peer\r\n";

struct filtered {
  std::string shown;
  std::optional<ssh_refusal> refusal;

  bool operator==(const filtered&) const = default;
};

filtered through_filter(std::string_view text, std::size_t cut) {
  ssh_refusal_filter filter;
  filtered all;
  for (; !text.empty(); text.remove_prefix(std::min(cut, text.size())))
    all.shown += filter.pass(text.substr(0, cut));
  all.shown += filter.stop_looking();
  all.refusal = filter.refusal();
  return all;
}

filtered through_filter(const std::string& text) {
  const auto whole = through_filter(text, text.size() + 1);
  for (const auto cut : {1U, 2U, 7U, 600U}) CHECK(through_filter(text, cut) == whole);
  return whole;
}

}  // namespace

TEST_CASE("what ssh says is shown, and a refusal with what follows it is not") {
  const auto all =
      through_filter("debug1: x\r\n" + refused_line +
                     "kex_exchange_identification: Connection closed by remote host\r\n");
  CHECK(all.shown == "debug1: x\r\n");
  CHECK(all.refusal == ssh_refusal{ssh_refusal::kind::session, ""});
}

TEST_CASE("what is no refusal is shown byte by byte, its last line too") {
  for (const std::string text :
       {"", "a", "a\r\n", "\n\n", "Shared connection to far closed.\r\n", "no end of line"}) {
    CHECK(through_filter(text).shown == text);
    CHECK_FALSE(through_filter(text).refusal);
  }
  const std::string text = std::string(5000, 'x') + refused_line + "y";
  CHECK(through_filter(text).shown == text);
}

TEST_CASE("once the session is there such a line is its own") {
  ssh_refusal_filter filter;
  CHECK(filter.pass("begun").empty());
  CHECK(filter.stop_looking() == "begun");
  CHECK(filter.pass(refused_line) == refused_line);
  CHECK_FALSE(filter.refusal());
}
