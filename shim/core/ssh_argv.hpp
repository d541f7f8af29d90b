// ssh's command line, read as ssh reads it (ssh.c main(), BSD getopt without permutation): only
// enough to know who reads the terminal. What ssh would refuse is left to ssh to refuse.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/ssh_version.hpp>

namespace shim {

// One option. `argument` is a view into the arguments given; it is empty for a flag.
struct ssh_option {
  char letter = 0;
  std::string_view argument;
  std::size_t word = 0;         // index of the word that holds the letter
  std::size_t offset = 0;       // of the letter in that word: `-qT` has q at 1 and T at 2
  bool argument_apart = false;  // the argument is the next word, not the rest of this one
};

// A long option, `--name` or `--name=value`: ours, as ssh has none.
struct long_option {
  std::string_view name;  // without the dashes
  std::optional<std::string_view> value;
  std::size_t word = 0;
};

struct ssh_argv {
  std::vector<ssh_option> options;
  std::vector<long_option> long_options;
  std::optional<std::size_t> destination;  // index of the word; none: ssh prints its usage
  std::optional<std::size_t> command;      // index of the first word of the remote command; one
                                           // empty word is no command, as for ssh
  std::optional<char> unknown;  // a letter this version does not have, one that lacks its
                                // argument, or `-` in a bundle; what follows it was not read
};

// How our long options are spelled: whether the next word belongs to one.
using takes_value = bool (*)(std::string_view long_option_name);

// `words` is argv without argv[0]. Views in the answer hold as long as the words do.
// The letters differ between versions (-P takes a value from 9.4 on, -Z came with 10.5): see
// `depends_on_version`.
ssh_argv scan_ssh_argv(std::span<const std::string_view> words, ssh_version version,
                       takes_value long_takes_value);

// True if the versions we know would read these words differently, so that `ssh -V` must be asked.
bool depends_on_version(std::span<const std::string_view> words, takes_value long_takes_value);

// The host in a destination (`user@host`, `ssh://user@host:port/`), as written, but without the
// brackets that an IPv6 address has in a URI. A view into it.
std::string_view host_of(std::string_view destination);

// The user in it, as written; empty if there is none. A view into it.
std::string_view user_of(std::string_view destination);

// The destination with another host in the place of its own. A host that comes with a user, or as
// a URI, is a destination already.
std::string destination_at(std::string_view destination, std::string_view host);

// The words for ssh itself: our long options gone, and every option whose letter is in `drop`
// (with its argument, also out of the middle of a bundle); all else as it was, in order. With an
// unknown option only our long ones go. For ssh an option's argument `--` right before the
// destination ends the options, as `--` itself does: where dropping would change that, a `--` is
// put in, or such an argument joined to its letter.
std::vector<std::string> without_options(std::span<const std::string_view> words,
                                         const ssh_argv& scanned, std::string_view drop);

}  // namespace shim
