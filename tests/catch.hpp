// Catch2 2 (Debian 12) and 3 (Debian 13) under one name, and skipping, which 2 does not have.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdio>

// Ends the test as skipped: ctest sees the word and counts it (SKIP_REGULAR_EXPRESSION). For what a
// machine may lack; never for what the project's own set-up installs.
#define SHIM_SKIP(...)                          \
  do {                                          \
    std::printf("[skipped] %s\n", __VA_ARGS__); \
    std::fflush(stdout);                        \
    SUCCEED(__VA_ARGS__);                       \
    return;                                     \
  } while (false)
