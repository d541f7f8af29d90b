#include <shim/app/talk.hpp>

#include <fmt/core.h>

#include <cstdio>

#include <vt/stream/printable.hpp>

namespace shim::app {

void cannot(std::string_view what, std::string_view why) {
  fmt::print(stderr, "ssh-shim: cannot {}: {}\n", vt::printable(what), vt::printable(why));
}

void note(std::string_view text) { fmt::print(stderr, "ssh-shim: {}\n", vt::printable(text)); }

}  // namespace shim::app
