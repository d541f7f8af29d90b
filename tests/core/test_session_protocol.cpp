#include <shim/core/session_protocol.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>
#include <tests/support/vectors.hpp>

namespace {

using namespace shim::session_message;
using shim::session_report;
using shim::session_request;

// -- the frozen frames --

struct field {
  std::string type;
  std::string name;
  std::string value;
};

struct row {
  std::string message;
  std::string sender;  // client, holder or both
  std::string frame;
  std::vector<field> fields;

  const field& named(std::string_view type, std::string_view name) const {
    for (const auto& each : fields)
      if (each.type == type && each.name == name) return each;
    throw std::runtime_error(message + " has no " + std::string(type) + " " + std::string(name));
  }
  std::uint64_t u64(std::string_view name) const {
    return std::stoull(named("uint64", name).value, nullptr, 0);
  }
  std::uint32_t u32(std::string_view name) const {
    return static_cast<std::uint32_t>(std::stoul(named("uint32", name).value, nullptr, 0));
  }
  std::string_view text(std::string_view name) const { return named("string", name).value; }
};

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char digit : hex) {
    if (digit != ' ') digits += digit;
    if (digits.size() != 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  if (!digits.empty()) throw std::runtime_error("half a byte: " + std::string(hex));
  return bytes;
}

// `type name value`, with a text in quotes.
field field_of(const std::string& spelled) {
  const auto name = spelled.find(' ') + 1;
  const auto value = spelled.find(' ', name) + 1;
  field f{spelled.substr(0, name - 1), spelled.substr(name, value - name - 1),
          spelled.substr(value)};
  if (f.type == "string") f.value = test::unescaped(f.value.substr(1, f.value.size() - 2));
  return f;
}

std::vector<field> fields_of(std::string_view spelled) {
  std::vector<field> fields;
  while (!spelled.empty()) {
    const auto end = std::min(spelled.find(", "), spelled.size());
    fields.push_back(field_of(std::string(spelled.substr(0, end))));
    spelled.remove_prefix(std::min(end + 2, spelled.size()));
  }
  return fields;
}

const std::vector<row>& frozen() {
  static const auto rows = [] {
    std::vector<row> read;
    for (const auto& c : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/session_v1.txt"))
      read.push_back({c.at(0), c.at(1), bytes_of(c.at(2)), fields_of(c.at(3))});
    return read;
  }();
  return rows;
}

// -- messages by the names of their fields --

hello spelled(const row& r, hello) {
  return {.version = r.u32("version"), .capabilities = r.u64("capabilities")};
}
attach spelled(const row& r, attach) {
  return {.flags = r.u32("flags"),
          .rows = r.u32("rows"),
          .columns = r.u32("columns"),
          .x_pixels = r.u32("x_pixels"),
          .y_pixels = r.u32("y_pixels"),
          .most_history = r.u32("most_history"),
          .terminal = r.text("terminal"),
          .agent = r.text("agent")};
}
leave spelled(const row& r, leave) { return {.why = r.u32("why")}; }
window spelled(const row& r, window) {
  return {.position = r.u64("position"),
          .rows = r.u32("rows"),
          .columns = r.u32("columns"),
          .x_pixels = r.u32("x_pixels"),
          .y_pixels = r.u32("y_pixels")};
}
suspend spelled(const row& r, suspend) { return {.on = r.u32("on")}; }
paint spelled(const row& r, paint) {
  return {.most_history = r.u32("most_history"), .unseen = r.u32("unseen")};
}
ask_info spelled(const row&, ask_info) { return {}; }
end spelled(const row& r, end) { return {.how = r.u32("how")}; }
shim::session_message::rename spelled(const row& r, shim::session_message::rename) {
  return {.name = r.text("name")};
}
evict spelled(const row&, evict) { return {}; }
opened spelled(const row&, opened) { return {}; }
facts spelled(const row& r, facts) { return {.replies = r.text("replies")}; }
attached spelled(const row& r, attached) {
  return {.pid = r.u32("pid"),
          .name = r.text("name"),
          .host = r.text("host"),
          .term = r.text("term"),
          .escape = r.u32("escape"),
          .private_escape = r.u32("private_escape"),
          .has_info = r.u32("has_info"),
          .why_no_handover = r.text("why_no_handover")};
}
role spelled(const row& r, role) { return {.reads = r.u32("reads"), .epoch = r.u32("epoch")}; }
moved spelled(const row&, moved) { return {}; }
picture spelled(const row& r, picture) {
  return {.position = r.u64("position"), .size = r.u64("size"), .exact = r.u32("exact")};
}
piece spelled(const row& r, piece) { return {.bytes = r.text("bytes")}; }
info spelled(const row& r, info) {
  return {.name = r.text("name"),
          .host = r.text("host"),
          .command = r.text("command"),
          .title = r.text("title"),
          .directory = r.text("directory"),
          .state = r.u32("state"),
          .clients = r.u32("clients"),
          .pid = r.u32("pid"),
          .holder = r.u32("holder"),
          .rows = r.u32("rows"),
          .columns = r.u32("columns"),
          .since = r.u64("since"),
          .active = r.u64("active"),
          .detached = r.u64("detached"),
          .ends = r.u64("ends"),
          .end_how = r.u32("end_how"),
          .end_value = r.u32("end_value"),
          .has_agent = r.u32("has_agent")};
}
left_out spelled(const row& r, left_out) { return {.why = r.text("why")}; }
ended spelled(const row& r, ended) {
  return {.how = r.u32("how"), .value = r.u32("value"), .position = r.u64("position")};
}
done spelled(const row&, done) { return {}; }
refused spelled(const row& r, refused) { return {.why = r.text("why")}; }
renamed spelled(const row& r, renamed) { return {.name = r.text("name")}; }

const std::map<std::string, std::uint32_t> numbers = {
    {"hello", hello::type},
    {"attach", attach::type},
    {"leave", leave::type},
    {"window", window::type},
    {"suspend", suspend::type},
    {"paint", paint::type},
    {"ask_info", ask_info::type},
    {"end", end::type},
    {"rename", shim::session_message::rename::type},
    {"evict", evict::type},
    {"opened", opened::type},
    {"facts", facts::type},
    {"attached", attached::type},
    {"role", role::type},
    {"moved", moved::type},
    {"picture", picture::type},
    {"piece", piece::type},
    {"info", info::type},
    {"left_out", left_out::type},
    {"ended", ended::type},
    {"done", done::type},
    {"refused", refused::type},
    {"renamed", renamed::type},
};

// -- what is tried --

shim::frame taken(std::string_view bytes) {
  const auto frame = std::get<shim::frame>(shim::take_frame(bytes, shim::max_session_frame));
  REQUIRE(bytes.empty());
  return frame;
}

template <class Any>
bool is_malformed(const shim::frame& from) {
  return std::holds_alternative<shim::malformed>(shim::decode<Any>(from));
}

// As it stands, with what a later version has added, and cut short.
template <class Any, class Message>
void try_message(const row& r) {
  const auto message = spelled(r, Message{});
  CHECK(test::escaped(shim::encode(message)) == test::escaped(r.frame));
  const auto from = taken(r.frame);
  REQUIRE(from.type == Message::type);
  CHECK(std::get<Message>(std::get<Any>(shim::decode<Any>(from))) == message);

  const auto longer = std::string(from.body) + std::string("\0\0\0\1later", 9);
  const auto later = shim::decode<Any>({from.type, longer});
  CHECK(std::get<Message>(std::get<Any>(later)) == message);
  if (from.body.empty()) return;
  CHECK(is_malformed<Any>({from.type, from.body.substr(0, from.body.size() - 1)}));
}

template <class... Messages>
void try_row(const row& r, const std::variant<Messages...>&) {
  using any = std::variant<Messages...>;
  const auto one = [&r]<class Message>(const Message&) {
    const bool same = numbers.at(r.message) == Message::type;
    if (same) try_message<any, Message>(r);
    return same;
  };
  CHECK((one(Messages{}) || ...));
}

template <class... Messages>
std::set<std::uint32_t> types_of(const std::variant<Messages...>&) {
  return {Messages::type...};
}

std::set<std::uint32_t> types_said_by(std::string_view sender) {
  std::set<std::uint32_t> types;
  for (const auto& r : frozen())
    if (r.sender == sender || r.sender == "both") types.insert(numbers.at(r.message));
  return types;
}

template <class Any>
bool is_data(std::uint32_t type) {
  const auto read = shim::decode<Any>({type, "whatever it has"});
  const auto* unknown = std::get_if<shim::unknown_message>(&read);
  return unknown != nullptr && unknown->type == type;
}

}  // namespace

TEST_CASE("every message of version 1 is written and read as it was frozen") {
  for (const auto& r : frozen()) {
    CAPTURE(r.message);
    if (r.sender != "holder") try_row(r, session_request{});
    if (r.sender != "client") try_row(r, session_report{});
  }
}

TEST_CASE("every message is frozen") {
  CHECK(types_said_by("client") == types_of(session_request{}));
  CHECK(types_said_by("holder") == types_of(session_report{}));
}

TEST_CASE("a type of a later version, or of the other side, is data") {
  const auto requests = types_of(session_request{});
  const auto reports = types_of(session_report{});
  for (std::uint32_t type = 0; type < 300; ++type) {
    if (requests.count(type) == 0) CHECK(is_data<session_request>(type));
    if (reports.count(type) == 0) CHECK(is_data<session_report>(type));
  }
  CHECK(is_data<session_request>(0xffffffff));
}

TEST_CASE("the longest texts of a message fit in a frame, and 65528 bytes of a picture do") {
  const std::string longest(shim::max_session_text, 'x');
  info told;
  told.name = told.host = told.command = told.title = told.directory = longest;
  attach asked;
  asked.terminal = asked.agent = longest;
  taken(shim::encode(told));
  taken(shim::encode(asked));
  const std::string bytes(65528, 'x');
  CHECK(taken(shim::encode(piece{bytes})).body.ends_with(bytes));
  const auto more = shim::encode(piece{bytes + "x"});
  std::string_view too_long = more;
  CHECK(
      std::holds_alternative<shim::malformed>(shim::take_frame(too_long, shim::max_session_frame)));
}

TEST_CASE("the document has every message with its number and its fields, in wire order") {
  std::ifstream file(SHIM_SOURCE_DIR "/docs/protocol-session.md");
  const std::string document(std::istreambuf_iterator<char>(file), {});
  REQUIRE_FALSE(document.empty());
  for (const auto& r : frozen()) {
    const auto number = std::to_string(numbers.at(r.message));
    auto list = "\n\n    uint32  " + r.message + " (" + number + ")\n";
    for (const auto& f : r.fields) list += "    " + f.type + "  " + f.name + "\n";
    CAPTURE(list);
    CHECK(document.find(list + "\n") != document.npos);
    const auto entry = "\n| " + number + " | `" + r.message + "` | " + r.sender + " |\n";
    CHECK(document.find(entry) != document.npos);
  }
}
