#include <shim/hold/terminal_care.hpp>

#include <chrono>
#include <span>
#include <string_view>

#include <vt/stream/reset.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;

// A terminal that does not read keeps nobody waiting: `~.` ends within half a second.
constexpr auto last_words_time = 50ms;

constexpr std::string_view new_line = "\r\n";
static_assert(io::crash_guard::room > vt::max_reset_bytes + new_line.size());

std::size_t crash_bytes(const void* session, std::span<char> into) noexcept {
  const auto& journal = static_cast<const relay*>(session)->journal();
  const auto size = vt::reset(journal, into.first<vt::max_reset_bytes>());
  return size + new_line.copy(into.data() + size, new_line.size());
}

}  // namespace

terminal_care::terminal_care(io::tty& terminal, const relay& session)
    : terminal_(terminal), session_(session), crash_(terminal, crash_bytes, &session) {}

void terminal_care::close() {
  terminal_.write(session_.closing_text(), last_words_time);  // while CR LF is CR LF
  terminal_.restore();
}

}  // namespace shim::hold
