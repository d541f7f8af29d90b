// The one place Asio is included: narrow headers, and <utility> first, without which Boost 1.74's
// do not compile as C++20 with g++ 12. No coroutines: g++ 12.2 miscompiles them.
#pragma once

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace shim {

namespace asio = boost::asio;

}  // namespace shim
