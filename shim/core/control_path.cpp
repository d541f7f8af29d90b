#include <shim/core/control_path.hpp>

namespace shim {
namespace {

constexpr std::size_t bind_letters = 16;

}  // namespace

std::optional<std::string> quoted_control_path(std::string_view path) {
  if (!path.starts_with('/') || path.find("${") != path.npos || path.find('\0') != path.npos)
    return std::nullopt;
  std::string quoted;
  for (const char byte : path) quoted.append(byte == '%' ? 2 : 1, byte);
  return quoted;
}

std::optional<std::string> control_path_problem(std::string_view path) {
  if (path.size() <= max_control_path) return std::nullopt;
  return "a control socket's path has at most " + std::to_string(max_control_path) +
         " bytes, this one has " + std::to_string(path.size());
}

bool is_bind_name(std::string_view name, std::string_view path) {
  return path_of_bind_name(name) == path;
}

std::optional<std::string_view> path_of_bind_name(std::string_view name) {
  constexpr std::string_view alphanumeric =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  if (name.size() <= bind_letters + 1) return std::nullopt;
  const auto end = name.size() - bind_letters - 1;
  if (name[end] != '.' || name.find_first_not_of(alphanumeric, end + 1) != name.npos)
    return std::nullopt;
  return name.substr(0, end);
}

}  // namespace shim
