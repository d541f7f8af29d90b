#include <shim/core/last_words.hpp>

#include <tests/catch.hpp>

using shim::last_words_of_ssh;

TEST_CASE("what ssh says at its end is found behind whatever a program drew") {
  struct row {
    std::string_view output, words;
  };
  static constexpr row rows[] = {
      {"\x1b[5;1Hline\x1b[24;1H:wqConnection to h closed by remote host.\r\r\n",
       "Connection to h closed by remote host.\r\r\n"},
      {"\x1b[m~\r\nclient_loop: send disconnect: Broken pipe\r\n",
       "client_loop: send disconnect: Broken pipe\r\n"},
      {"\x1b[mTimeout, server h not responding.\r\nConnection to h closed.\r\n",
       "Timeout, server h not responding.\r\nConnection to h closed.\r\n"},
      {"Shared connection to h closed.\r\n", "Shared connection to h closed.\r\n"},
      {"Read from remote host h: Connection reset by peer\r\n",
       "Read from remote host h: Connection reset by peer\r\n"},
  };
  for (const auto& row : rows) CHECK(last_words_of_ssh(row.output) == row.words);
}

TEST_CASE("text of a program is not taken for ssh's last words") {
  CHECK(last_words_of_ssh("").empty());
  CHECK(last_words_of_ssh("logout\r\n").empty());
  CHECK(last_words_of_ssh("Connection to h closed by").empty());                  // unfinished
  CHECK(last_words_of_ssh("Connection to h closed.\r\n\x1b[2;1H~\r\n").empty());  // drawn over
  CHECK(last_words_of_ssh("Connection to h closed.\r\n\x1b[2;1H").empty());
}

TEST_CASE("ssh's word that the connection is closed is seen wherever it stands") {
  CHECK(shim::tells_of_the_end("\x1b[mConnection to h closed.\r\n"));
  CHECK(shim::tells_of_the_end("\r\nShared connection to h closed.\r\n"));
  CHECK_FALSE(shim::tells_of_the_end("connection"));
}
