// A visitor of a variant, made of a lambda for each of its types.
#pragma once

namespace shim {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;  // clang 14 does not deduce it

}  // namespace shim
