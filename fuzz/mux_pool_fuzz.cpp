// A pool of masters that sessions come to and leave, chosen by the bytes, against a server with a
// limit of its own; and all bytes as what is written down of a pool.
//   No master gets more than it may have, another one is begun only where all are full, and with
//   refusals there are never more than the sessions need by the server's limit. What is written
//   down is read again. Of hosts that are one pool each keeps its number, and no path is added
//   twice.
#include <shim/core/mux_pool.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>

namespace {

using member_kind = shim::pool_member::kind;
using choice_kind = shim::pool_choice::kind;

class model_pool {
 public:
  model_pool(std::size_t told, std::size_t server) : told_(told), server_(server) {
    for (std::size_t number = 1; number <= shim::most_pool_members; ++number)
      members_.push_back({number, member_kind::vacant, 0});
  }

  void come() {
    for (int tries = 0;; ++tries) {
      CHECK(tries <= 100);
      const auto most = std::min(told_, record_.most_sessions.value_or(told_));
      const auto choice = shim::choose_pool_member(members_, most);
      const bool has_room = std::ranges::any_of(members_, [&](const auto& each) {
        return each.what == member_kind::usable && each.sessions < most;
      });
      CHECK((choice.what == choice_kind::join) == has_room);
      if (choice.what == choice_kind::full) return;
      auto& chosen = members_[choice.number - 1];
      CHECK((chosen.what == member_kind::vacant) == (choice.what == choice_kind::begin));
      CHECK(std::ranges::none_of(members_, [&](const auto& each) {
        return each.what == chosen.what &&
               (each.sessions < chosen.sessions ||
                (each.sessions == chosen.sessions && each.number < chosen.number));
      }));
      chosen.what = member_kind::usable;
      if (chosen.sessions < server_) {
        ++chosen.sessions;
        return;
      }
      record_.learn(chosen.sessions);
      CHECK(record_.most_sessions == server_);
    }
  }

  void leave(std::size_t number) {
    auto& member = members_[number % members_.size()];
    if (member.sessions > 0) --member.sessions;
  }

 private:
  std::size_t told_;
  std::size_t server_;
  std::vector<shim::pool_member> members_;
  shim::pool_record record_;
};

void list_hosts(std::string_view bytes) {
  std::vector<std::string> listed;
  while (!bytes.empty() && listed.size() < shim::most_pool_members) {
    const auto path = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(path.size() + 1, bytes.size()));
    listed.emplace_back(path);
  }
  const auto paths = shim::pool_paths(listed);
  CHECK(std::equal(listed.begin(), listed.end(), paths.begin()));
  const bool has_member =
      std::ranges::any_of(listed, [](const auto& each) { return !each.empty(); });
  CHECK(paths.size() == (has_member ? shim::most_pool_members : listed.size()));
  for (auto added = paths.begin() + static_cast<std::ptrdiff_t>(listed.size());
       added != paths.end(); ++added)
    CHECK(std::count(paths.begin(), paths.end(), *added) == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto record = shim::parse_pool_record(bytes);
  CHECK(shim::parse_pool_record(spelled(record)) == record);
  CHECK(!record.most_sessions || *record.most_sessions > 0);
  if (const auto first = shim::path_without_pool_number(bytes)) CHECK(bytes.starts_with(*first));

  list_hosts(bytes);

  fuzz::choices choose{bytes};
  const auto told = 1 + choose.next() % 12;
  model_pool pool(told, 1 + choose.next() % 12);
  while (!choose.bytes.empty()) {
    const auto what = choose.next();
    if (what % 4 == 0) {
      pool.leave(what / 4);
    } else {
      pool.come();
    }
  }
  return 0;
}
