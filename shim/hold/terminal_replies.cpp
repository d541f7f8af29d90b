#include <shim/hold/terminal_replies.hpp>

#include <cstdint>

#include <vt/stream/replies.hpp>

namespace shim::hold {

// What it did not say is left out: a reply to that would be our own.
std::string spelled(const vt::terminal_facts& facts) {
  using vt::query_kind;
  std::string all;
  const auto add = [&](vt::query asked) { all += vt::reply_to(asked, {}, facts).bytes(); };
  if (facts.attribute_count != 0) add({query_kind::primary_attributes});
  if (facts.secondary) add({query_kind::secondary_attributes});
  if (!facts.version().empty()) add({query_kind::version});
  if (facts.key_flags) add({query_kind::key_flags});
  for (std::size_t i = 0; i < facts.colors.size(); ++i)
    if (facts.colors[i]) add({query_kind::color, static_cast<std::uint16_t>(10 + i)});
  return all;
}

vt::terminal_facts facts_in(std::string_view replies) {
  fact_finder finder;
  finder.typed(replies.substr(0, max_replies));
  return finder.facts();
}

void fact_finder::typed(std::string_view bytes) {
  while (const auto piece = keys_.next(bytes)) reader_.take(*piece);
}

}  // namespace shim::hold
