#include <shim/hold/place_error.hpp>

namespace shim::hold {
namespace {

class place_category : public std::error_category {
 public:
  const char* name() const noexcept override { return "place"; }
  std::string message(int value) const override {
    switch (static_cast<place_errc>(value)) {
      case place_errc::nowhere: return "neither XDG_RUNTIME_DIR nor HOME says where";
      case place_errc::not_absolute: return "it is not an absolute path";
      case place_errc::symbolic_link: return "it is a symbolic link";
      case place_errc::of_another_user: return "it belongs to another user";
      case place_errc::open_to_others: return "others have access to it; chmod 700 takes it away";
      case place_errc::name_taken: return "there is one of that name";
      case place_errc::name_blocked: return "a file is in its way";
    }
    return "unknown";
  }
};

}  // namespace

std::error_code make_error_code(place_errc error) {
  static const place_category category;
  return {static_cast<int>(error), category};
}

}  // namespace shim::hold
