// libvterm, in the two shapes that Debian 12 (0.1.4) and 13 (0.3.3) have: the one place that
// includes it.
//
// What is used of it is the same in both, once its size never changes (0.3.3 then wants its
// callers' help) and nothing but control sequences comes in (the strings' callbacks differ). Its
// structures do not have the same layout under the same soname, so it is linked statically.
#pragma once

#include <vterm.h>

namespace vt {

// 0.3 has a longer list of callbacks: by name, and the rest is null in both.
inline VTermStateCallbacks state_callbacks(decltype(VTermStateCallbacks::scrollrect) scrolled,
                                           decltype(VTermStateCallbacks::erase) erased) {
  VTermStateCallbacks all{};
  all.scrollrect = scrolled;
  all.erase = erased;
  return all;
}

static_assert(VTERM_VERSION_MAJOR == 0 && (VTERM_VERSION_MINOR == 1 || VTERM_VERSION_MINOR == 3),
              "another libvterm: read its changes first");

}  // namespace vt
