#include <shim/core/find_session.hpp>

#include <shim/core/host_pattern.hpp>
#include <shim/core/ssh_argv.hpp>

namespace shim {
namespace {

template <class Condition>
std::vector<std::size_t> places_where(std::span<const named_session> sessions, Condition holds) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < sessions.size(); ++at)
    if (holds(sessions[at])) places.push_back(at);
  return places;
}

bool is_to(std::string_view destination, std::string_view user, std::string_view host) {
  return same_host(host_of(destination), host) && (user.empty() || user_of(destination) == user);
}

}  // namespace

std::vector<std::size_t> find_session(std::string_view word,
                                      std::span<const named_session> sessions) {
  if (word.empty()) return {};
  auto found = places_where(sessions, [&](const auto& each) { return each.name == word; });
  const auto host = host_of(word);
  const auto user = user_of(word);
  if (found.empty() && !host.empty())
    found = places_where(sessions, [&](const auto& each) { return is_to(each.host, user, host); });
  if (found.empty())
    found = places_where(sessions, [&](const auto& each) { return each.name.starts_with(word); });
  return found;
}

bool is_session_pattern(std::string_view word) { return word.find_first_of("*?") != word.npos; }

std::vector<std::size_t> matching_sessions(std::string_view pattern,
                                           std::span<const named_session> sessions) {
  const auto counts = [&](std::string_view text) {
    return matches_pattern(text, pattern, letter_case::counts);
  };
  return places_where(sessions, [&](const auto& each) {
    return counts(each.name) || counts(each.host) ||
           matches_pattern(host_of(each.host), pattern, letter_case::ignored);
  });
}

}  // namespace shim
