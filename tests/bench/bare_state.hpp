// libvterm's VTermState alone, which keeps no cell: what a screen is measured against.
#pragma once

#include <vterm.h>

#include <memory>
#include <string_view>

namespace bench {

class bare_state {
 public:
  bare_state(int rows, int columns) : vterm_(vterm_new(rows, columns)) {
    vterm_set_utf8(vterm_.get(), 1);
    vterm_output_set_callback(
        vterm_.get(), [](const char*, std::size_t, void*) {}, nullptr);
    vterm_state_reset(vterm_obtain_state(vterm_.get()), 1);
  }

  void feed(std::string_view bytes) { vterm_input_write(vterm_.get(), bytes.data(), bytes.size()); }

 private:
  struct free_vterm {
    void operator()(VTerm* v) const { vterm_free(v); }
  };

  std::unique_ptr<VTerm, free_vterm> vterm_;
};

}  // namespace bench
