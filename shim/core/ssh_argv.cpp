#include <shim/core/ssh_argv.hpp>

#include <algorithm>

namespace shim {
namespace {

// ssh.c's option strings, each from the version it came with; a colon follows a letter that takes
// an argument. 9.4 gave -P (tag) its argument, 10.5 brought -Z.
struct option_letters {
  ssh_version since;
  std::string_view letters;
};

constexpr option_letters known_letters[] = {
    {{0, 0}, "1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:PQ:R:S:TVw:W:XYy"},
    {{9, 4}, "1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:P:Q:R:S:TVw:W:XYy"},
    {{10, 5}, "1246ACGKMNTVXYZafgknqstvxyB:D:E:F:I:J:L:O:P:Q:R:S:W:b:c:e:i:l:m:o:p:w:"},
};

std::string_view letters_of(ssh_version version) {
  auto row = std::rbegin(known_letters);
  while (version < row->since && row + 1 != std::rend(known_letters)) ++row;
  return row->letters;
}

constexpr std::string_view end_of_options = "--";

class scanner {
 public:
  scanner(std::span<const std::string_view> words, std::string_view letters,
          takes_value long_values)
      : words_(words), letters_(letters), long_takes_value_(long_values) {}

  ssh_argv scan() {
    read_options();
    if (!at_end()) found_.destination = next_++;
    if (!terminated_) read_options();
    if (!at_end() && !command_is_empty()) found_.command = next_;
    return std::move(found_);
  }

 private:
  bool at_end() const { return next_ == words_.size() || found_.unknown; }

  void read_options() {
    while (!at_end() && words_[next_] != end_of_options && is_option(words_[next_])) read_option();
    if (at_end() || words_[next_] != end_of_options) return;
    terminated_ = true;
    ++next_;
  }

  // A lone `-` is none.
  static bool is_option(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

  // ssh.c asks for the length of the command, not for the number of its words.
  bool command_is_empty() const { return words_[next_].empty() && next_ + 1 == words_.size(); }

  void read_option() {
    const auto word = next_++;
    if (words_[word][1] == '-') return read_long(word);
    // ssh.c asks whether the word before the destination is `--`, so the argument of an option
    // ends the options, too; the words ssh does not get do not count.
    terminated_ = false;
    for (std::size_t at = 1; at < words_[word].size() && !found_.unknown;)
      at = read_letter(word, at);
  }

  void read_long(std::size_t word) {
    const auto text = words_[word].substr(end_of_options.size());
    const auto equals = text.find('=');
    long_option option{text.substr(0, equals), std::nullopt, word};
    if (equals != text.npos) {
      option.value = text.substr(equals + 1);
    } else if (next_ < words_.size() && long_takes_value_(option.name)) {
      option.value = words_[next_++];
    }
    found_.long_options.push_back(option);
  }

  // Gives where the next letter is. A `-` in a bundle ends the options in BSD getopt and makes the
  // word a non-option; nobody means that, and ssh may sort it out.
  std::size_t read_letter(std::size_t word, std::size_t at) {
    const auto letter = words_[word][at];
    const auto known = letter == ':' ? letters_.npos : letters_.find(letter);
    if (known == letters_.npos) {
      found_.unknown = letter;
    } else if (known + 1 < letters_.size() && letters_[known + 1] == ':') {
      read_argument({letter, {}, word, at, false});
      return words_[word].size();
    } else {
      found_.options.push_back({letter, {}, word, at, false});
    }
    return at + 1;
  }

  void read_argument(ssh_option option) {
    option.argument = words_[option.word].substr(option.offset + 1);
    option.argument_apart = option.argument.empty();
    if (option.argument_apart && next_ == words_.size()) {
      found_.unknown = option.letter;
      return;
    }
    if (option.argument_apart) {
      option.argument = words_[next_++];
      terminated_ = option.argument == end_of_options;
    }
    found_.options.push_back(option);
  }

  std::span<const std::string_view> words_;
  std::string_view letters_;
  takes_value long_takes_value_;
  ssh_argv found_;
  std::size_t next_ = 0;
  bool terminated_ = false;
};

bool same_place(std::string_view one, std::string_view other) {
  return one.data() == other.data() && one.size() == other.size();
}

bool same_option(const ssh_option& one, const ssh_option& other) {
  return one.letter == other.letter && one.word == other.word && one.offset == other.offset &&
         same_place(one.argument, other.argument);
}

bool same_long_option(const long_option& one, const long_option& other) {
  return one.word == other.word && one.value == other.value;
}

bool same_reading(const ssh_argv& one, const ssh_argv& other) {
  return one.destination == other.destination && one.command == other.command &&
         one.unknown == other.unknown &&
         std::ranges::equal(one.options, other.options, same_option) &&
         std::ranges::equal(one.long_options, other.long_options, same_long_option);
}

// Takes options out of the words, and sees to it that `--` before the destination, which may be an
// option's argument, means after it what it meant before.
class remover {
 public:
  explicit remover(std::span<const std::string_view> words)
      : words_(words.begin(), words.end()), gone_(words.size(), false) {}

  void remove(const long_option& option) {
    const bool has_equals = words_[option.word].find('=') != std::string::npos;
    gone_[option.word] = true;
    if (option.value && !has_equals) gone_[option.word + 1] = true;
  }

  // The last of a bundle first, as the offsets of those before it stay.
  void remove(const ssh_option& option) {
    auto& word = words_[option.word];
    const bool argument_in_word = !option.argument.empty() && !option.argument_apart;
    word.erase(option.offset, argument_in_word ? word.npos : 1);
    gone_[option.word] = word == "-";
    if (option.argument_apart) gone_[option.word + 1] = true;
  }

  bool terminated_before(std::size_t destination) const {
    const auto last = last_before(destination);
    return last && words_[*last] == end_of_options;
  }

  void set_terminated(std::size_t destination, bool terminated) {
    if (terminated == terminated_before(destination)) return;
    if (terminated) {
      terminator_at_ = destination;
      return;
    }
    const auto argument = *last_before(destination);
    words_[argument - 1] += words_[argument];  // `-l --` is `-l--`
    gone_[argument] = true;
  }

  std::vector<std::string> rest() {
    std::vector<std::string> kept;
    for (std::size_t at = 0; at < words_.size(); ++at) {
      if (terminator_at_ == at) kept.emplace_back(end_of_options);
      if (!gone_[at]) kept.push_back(std::move(words_[at]));
    }
    return kept;
  }

 private:
  std::optional<std::size_t> last_before(std::size_t word) const {
    while (word > 0 && gone_[word - 1]) --word;
    if (word == 0) return std::nullopt;
    return word - 1;
  }

  std::vector<std::string> words_;
  std::vector<bool> gone_;
  std::optional<std::size_t> terminator_at_;
};

constexpr std::string_view uri_scheme = "ssh://";

struct destination_parts {
  std::string_view user;
  std::string_view host;
};

destination_parts split_at_user(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

// What stands before a port, out of the brackets of an IPv6 address.
std::string_view host_before_port(std::string_view text) {
  if (!text.starts_with('[')) return text.substr(0, text.find(':'));
  return text.substr(1, text.find(']') - 1);  // npos - 1 is more than there is
}

destination_parts parts_of(std::string_view destination) {
  if (!destination.starts_with(uri_scheme)) return split_at_user(destination);
  destination.remove_prefix(uri_scheme.size());
  const auto parts = split_at_user(destination.substr(0, destination.find('/')));
  return {parts.user.substr(0, parts.user.find(';')), host_before_port(parts.host)};
}

}  // namespace

ssh_argv scan_ssh_argv(std::span<const std::string_view> words, ssh_version version,
                       takes_value long_takes_value) {
  return scanner(words, letters_of(version), long_takes_value).scan();
}

bool depends_on_version(std::span<const std::string_view> words, takes_value long_takes_value) {
  const auto scan = [&](const option_letters& row) {
    return scanner(words, row.letters, long_takes_value).scan();
  };
  const auto first = scan(known_letters[0]);
  return std::any_of(std::begin(known_letters) + 1, std::end(known_letters),
                     [&](const auto& row) { return !same_reading(scan(row), first); });
}

std::string_view host_of(std::string_view destination) { return parts_of(destination).host; }

std::string_view user_of(std::string_view destination) { return parts_of(destination).user; }

std::string destination_at(std::string_view destination, std::string_view host) {
  if (host.find('@') != host.npos || host.starts_with(uri_scheme)) return std::string(host);
  const auto old = host_of(destination);
  auto before = destination.substr(0, static_cast<std::size_t>(old.data() - destination.data()));
  auto behind = destination.substr(before.size() + old.size());
  if (!destination.starts_with(uri_scheme)) return std::string(before).append(host).append(behind);
  if (before.ends_with('[')) {
    before.remove_suffix(1);
    if (behind.starts_with(']')) behind.remove_prefix(1);
  }
  const bool is_address = host.find(':') != host.npos;
  auto written = std::string(before);
  written += is_address ? "[" + std::string(host) + "]" : std::string(host);
  return written.append(behind);
}

std::vector<std::string> without_options(std::span<const std::string_view> words,
                                         const ssh_argv& scanned, std::string_view drop) {
  remover words_for_ssh(words);
  for (const auto& option : scanned.long_options) words_for_ssh.remove(option);
  if (scanned.unknown) return words_for_ssh.rest();
  const auto destination = scanned.destination.value_or(0);
  const bool terminated = words_for_ssh.terminated_before(destination);
  for (auto option = scanned.options.rbegin(); option != scanned.options.rend(); ++option)
    if (drop.find(option->letter) != drop.npos) words_for_ssh.remove(*option);
  words_for_ssh.set_terminated(destination, terminated);
  return words_for_ssh.rest();
}

}  // namespace shim
