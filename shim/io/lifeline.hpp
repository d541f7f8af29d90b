// Asio calls a handler even when what it was made for is gone. One that is guarded by a member of
// that object does nothing then.
#pragma once

#include <memory>
#include <utility>

namespace shim::io {

class lifeline {
 public:
  lifeline() = default;
  lifeline(const lifeline&) = delete;
  lifeline& operator=(const lifeline&) = delete;
  ~lifeline() = default;

  // For what is only to be called later: nothing if it is too late.
  template <class Call>
  auto guard_call(Call call) const {
    return [life = std::weak_ptr<char>(life_), call = std::move(call)]() mutable {
      if (!life.expired()) call();
    };
  }

  // For what Asio calls with an error: `handler` gets what else there is, and is not called if
  // there is an error.
  template <class Handler>
  auto guard(Handler handler) const {
    return [life = std::weak_ptr<char>(life_), handler = std::move(handler)](auto error,
                                                                             auto... details) {
      if (!error && !life.expired()) handler(details...);
    };
  }

 private:
  std::shared_ptr<char> life_ = std::make_shared<char>();
};

}  // namespace shim::io
