#include <shim/core/mux_client.hpp>

#include <algorithm>
#include <utility>

namespace shim {
namespace {

// Which request a message answers; exit_message and no_tty are of sessions, a hello is of none.
template <class Message>
constexpr auto request_of(const Message& m) -> decltype(std::optional(m.request)) {
  return m.request;
}
constexpr std::optional<std::uint32_t> request_of(const mux_message::hello&) { return {}; }
constexpr std::optional<std::uint32_t> request_of(const mux_message::exit_message&) { return {}; }
constexpr std::optional<std::uint32_t> request_of(const mux_message::no_tty&) { return {}; }

}  // namespace

std::string_view described(mux_failure why) {
  switch (why) {
    case mux_failure::silent: return "the master does not answer";
    case mux_failure::closed: return "the conversation was cut off";
    case mux_failure::nonsense: return "what listens there is no ssh master";
    case mux_failure::other_version: return "the master speaks another version of the protocol";
  }
  return {};
}

std::string mux_client::begin(steady_time now) {
  due_ = now + patience_;
  return encode(mux_message::hello{});
}

std::uint32_t mux_client::begin_request(steady_time now) {
  request_ = ++last_request_;
  due_ = now + patience_;
  return *request_;
}

std::optional<mux_reply> mux_client::received(const frame& from) {
  if (failure_) return std::nullopt;
  const auto read = decode<mux_reply>(from);
  if (std::holds_alternative<malformed>(read)) fail(mux_failure::nonsense);
  const auto* reply = std::get_if<mux_reply>(&read);
  if (const auto* hello = std::get_if<mux_message::hello>(reply)) greeted(*hello);
  if (!greeted_) fail(mux_failure::nonsense);
  if (failure_ || reply == nullptr || !request_) return std::nullopt;
  if (std::visit([](const auto& m) { return request_of(m); }, *reply) != request_)
    return std::nullopt;
  request_.reset();
  due_.reset();
  return *reply;
}

// A second one is passed over.
void mux_client::greeted(const mux_message::hello& by) {
  if (std::exchange(greeted_, true)) return;
  if (!request_) due_.reset();
  if (by.version != mux_protocol_version) fail(mux_failure::other_version);
  const auto all = mux_extensions(by);
  has_info_ = std::ranges::find(all, "info", &mux_extension::name) != all.end();
}

void mux_client::expired(steady_time now) {
  if (due_ && now >= *due_) fail(mux_failure::silent);
}

void mux_client::fail(mux_failure why) {
  if (!failure_) failure_ = why;
  request_.reset();
  due_.reset();
}

}  // namespace shim
