// What programs write, a mebibyte of it each: for benchmarks, so that they measure the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

inline constexpr std::size_t mebibyte = 1024 * 1024;
inline constexpr std::size_t pty_read = 4095;  // what a pty gives at once

inline std::string repeated(std::string_view piece) {
  std::string text;
  while (text.size() < mebibyte) text += piece;
  text.resize(mebibyte);
  return text;
}

// `cat` of a program's source, about 60 columns.
inline const std::string& plain_lines() {
  static const std::string text = repeated(
      "int main(int argc, char** argv) { return run(argc, argv); }\r\n"
      "\r\n"
      "// The quick brown fox jumps over a lazy dog, and so on until it ends\r\n"
      "  for (const auto& each : all) std::fputs(each.c_str(), stdout);\r\n");
  return text;
}

inline const std::string& long_lines() {
  static const std::string text = repeated(std::string(400, 'x') + "\r\n");
  return text;
}

inline const std::string& seq() {
  static const std::string text = [] {
    std::string all;
    for (int i = 1; all.size() < mebibyte; ++i) all += std::to_string(i) + "\r\n";
    return all;
  }();
  return text;
}

inline const std::string& yes() {
  static const std::string text = repeated("y\r\n");
  return text;
}

inline const std::string& german() {
  static const std::string text = repeated(
      "Stra\u00dfenverk\u00e4ufer m\u00f6gen \u201e\u00dcbung\u201c \u2013 h\u00f6chst "
      "gem\u00fctlich und na\u00efv\r\n");
  return text;
}

// A log and a listing in colour: a colour about every eight characters.
inline const std::string& coloured() {
  static const std::string text = repeated(
      "\x1b[32m2024-05-01 12:30:00\x1b[0m \x1b[1;33mWARNING\x1b[0m \x1b[36mserver.cpp\x1b[0m:"
      "\x1b[35m1042\x1b[0m connection \x1b[1mreset\x1b[0m by the \x1b[38;5;208mother side\x1b[m\r\n"
      "\x1b[01;34mdocuments\x1b[0m    \x1b[01;32mconfigure\x1b[0m    README.md  "
      "\x1b[01;31marchive.tar\x1b[0m  \x1b[01;36mlink\x1b[0m -> target\r\n");
  return text;
}

// What an editor and a process viewer write to draw their screen anew.
inline const std::string& redraws() {
  static const std::string text = repeated(
      "\x1b[?25l\x1b[H\x1b[38;5;130m  1 \x1b[m\x1b[38;5;81m#include\x1b[m "
      "\x1b[31m<cstdio>\x1b[m\x1b[K\r\n"
      "\x1b[38;5;130m  2 \x1b[m\x1b[K\x1b[3;1H\x1b[38;5;130m  3 \x1b[m\x1b[32mint\x1b[m main() "
      "{\x1b[K"
      "\x1b[24;63H\x1b[7m42,7          Top\x1b[27m\x1b[5;11H\x1b[?12l\x1b[?25h"
      "\x1b[3;3H\x1b[36m1  \x1b[39m\x1b[1m[\x1b[m\x1b[32m||||||||||\x1b[31m|||\x1b[90m        "
      "12.5%\x1b[39m\x1b[1m]\x1b[m"
      "\x1b[9d\x1b[30m\x1b[46m  4711 root       20   0  168M 12940  8208 S  0.7  0.1  0:01.53 "
      "\x1b[39;49m\x1b(B\x1b[m\x1b[K");
  return text;
}

}  // namespace bench
