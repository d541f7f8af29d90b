// What must hold in a fuzz target, also where NDEBUG is set.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(x)                                                                  \
  do {                                                                            \
    if (!(x)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #x); \
      std::abort();                                                               \
    }                                                                             \
  } while (false)
