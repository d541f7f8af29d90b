#include <shim/hold/claim.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <shim/core/session_name.hpp>

namespace shim::hold {
namespace {

bool is_about_name(std::error_code error) {
  return error == place_errc::name_taken || error == place_errc::name_blocked;
}

place_error cannot_name(const std::string& name, std::error_code why) {
  return {"name the session '" + name + "'", why};
}

}  // namespace

claim::claim(std::vector<place_path> places, const std::string& name, if_taken what,
             place_error& error)
    : places_(std::move(places)), name_(name) {
  const auto refused = check_session_name(name);
  error = refused ? cannot_name(name, refused) : take(what);
}

place_error claim::take(if_taken what) {
  std::optional<place_error> first;
  for (const auto& path : places_) {
    auto error = take_in(path, what);
    if (!error || is_about_name(error.why)) return error;
    if (!first) first = std::move(error);
  }
  return first.value_or(place_error{"keep a session", place_errc::nowhere});
}

place_error claim::take_in(const place_path& path, if_taken what) {
  place_error error;
  place where(path, if_missing::make, error);
  if (error) return error;
  std::error_code why;
  session_directory made(std::move(where), why);
  auto name = name_;
  if (!why) why = call(made, name, what);
  if (is_about_name(why)) return cannot_name(name, why);
  if (why) return {"keep a session in " + path.path(), why};
  directory_ = std::move(made);
  name_ = std::move(name);
  return {};
}

std::error_code claim::call(session_directory& made, std::string& name, if_taken what) const {
  const auto wanted = name;
  std::vector<std::string> taken;
  while (true) {
    const auto error = call(made, name);
    if (what == if_taken::fail || !is_about_name(error)) return error;
    taken.push_back(std::move(name));
    name = next_free_name(wanted, taken);
  }
}

// Two places cannot be changed at once, so that two may be called the same in different ones.
std::error_code claim::call(session_directory& made, const std::string& name) const {
  const auto file = session_file(name);
  const auto lives_there = [&](const place_path& path) {
    place_error none;
    const place other(path, if_missing::fail, none);
    return other && other.path() != made.where().path() &&
           state_of(other, file) == session_state::alive;
  };
  if (std::ranges::any_of(places_, lives_there)) return place_errc::name_taken;
  return made.rename(file);
}

void claim::restore(place_error& error) {
  remove();
  error = take(if_taken::next_number);
}

void claim::rename(const std::string& name, place_error& error) {
  auto why = check_session_name(name);
  if (!why) why = call(directory_, name);
  if (why) {
    error = cannot_name(name, why);
  } else {
    name_ = name;
  }
}

}  // namespace shim::hold
