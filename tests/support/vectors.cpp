#include <tests/support/vectors.hpp>

#include <fstream>
#include <stdexcept>

namespace test {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> columns(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t from = 0; from <= line.size();) {
    const auto bar = std::min(line.find('|', from), line.size());
    found.push_back(trimmed(line.substr(from, bar - from)));
    from = bar + 1;
  }
  return found;
}

char simple_escape(char letter) {
  switch (letter) {
    case 'r': return '\r';
    case 'n': return '\n';
    case 't': return '\t';
    case 'e': return '\x1b';
    case '0': return '\0';
    case '\\': return '\\';
    default: throw std::runtime_error(std::string("unknown escape \\") + letter);
  }
}

}  // namespace

std::vector<std::vector<std::string>> read_vectors(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') rows.push_back(columns(line));
  return rows;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      plain += text[at];
    } else if (text.substr(at + 1, 1) == "x") {
      plain += static_cast<char>(std::stoi(std::string(text.substr(at + 2, 2)), nullptr, 16));
      at += 3;
    } else {
      plain += simple_escape(text.at(++at));
    }
  }
  return plain;
}

}  // namespace test
