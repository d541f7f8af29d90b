// What sessions are called, and which one a word means. All bytes are a destination, a file's name
// and a name; cut at NULs they are a word, and a name and a host for each session.
//   Every destination gives a name, and every name has the next one, neither of them refused. A
//   name's file gives the name, and a file that gives a name is that name's. What a word means is
//   what a naive reading of the rule says.
#include <shim/core/session_name.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <shim/core/find_session.hpp>
#include <shim/core/ssh_argv.hpp>

namespace {

bool is_name(std::string_view text) { return !shim::check_session_name(text); }

void check_name(const std::string& name) {
  CHECK(is_name(name));
  CHECK(name.size() <= shim::max_session_name);
  const auto file = shim::session_file(name);
  CHECK(file.size() <= 3 * shim::max_session_name);
  CHECK(std::ranges::all_of(file, [](char byte) { return byte > ' ' && byte < '~'; }));
  CHECK(file.find('/') == file.npos && file[0] != '.');
  CHECK(shim::session_of_file(file) == name);
  CHECK(shim::session_name_for("me@" + name).size() <= shim::max_session_name);
}

void check_numbers(const std::string& name) {
  std::vector<std::string> taken;
  for (int count = 0; count < 12; ++count) {
    const auto next = shim::next_free_name(name, taken);
    check_name(next);
    CHECK(std::ranges::find(taken, next) == taken.end());
    taken.push_back(next);
  }
  CHECK(taken[0] == name);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (true) {
    const auto end = text.find('\0');
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  for (std::size_t at = 0; at < one.size(); ++at)
    if (lower(one[at]) != lower(other[at])) return false;
  return true;
}

// 3 by name, 2 by host, 1 by the name's beginning, else 0.
int weight(std::string_view word, const shim::named_session& session) {
  if (session.name == word) return 3;
  const auto host = shim::host_of(word);
  const auto user = shim::user_of(word);
  if (!host.empty() && same(host, shim::host_of(session.host)) &&
      (user.empty() || user == shim::user_of(session.host)))
    return 2;
  return session.name.substr(0, word.size()) == word ? 1 : 0;
}

std::vector<std::size_t> model(std::string_view word,
                               const std::vector<shim::named_session>& sessions) {
  int most = 1;
  for (const auto& session : sessions) most = std::max(most, weight(word, session));
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < sessions.size(); ++at)
    if (weight(word, sessions[at]) == most) found.push_back(at);
  return found;
}

void check_find(std::string_view text) {
  const auto pieces = split(text);
  std::vector<shim::named_session> sessions;
  for (std::size_t at = 1; at + 1 < pieces.size(); at += 2)
    sessions.push_back({pieces[at], pieces[at + 1]});
  const auto word = pieces[0];
  const auto found = shim::find_session(word, sessions);
  CHECK(found == (word.empty() ? std::vector<std::size_t>{} : model(word, sessions)));
  // A word without a wildcard is a pattern that fits itself alone.
  const auto matching = shim::matching_sessions(word, sessions);
  if (shim::is_session_pattern(word)) return;
  for (std::size_t at = 0; at < sessions.size(); ++at) {
    const auto& [name, host] = sessions[at];
    const bool fits = name == word || host == word || same(shim::host_of(host), word);
    CHECK(fits == (std::ranges::find(matching, at) != matching.end()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_numbers(shim::session_name_for(text));
  if (is_name(text)) check_numbers(text);
  if (const auto name = shim::session_of_file(text)) {
    CHECK(is_name(*name));
    CHECK(shim::session_file(*name) == text);
  }
  check_find(text);
  return 0;
}
