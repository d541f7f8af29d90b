// SGR as it lies in output, for those who read a lot of it: text in colour has one every few
// characters, and a token for each would cost more than reading it does.
//
// It knows where such a sequence ends and which make a pen plain. What they do is pen's business.
#pragma once

#include <cstddef>
#include <string_view>

#include <vt/stream/pen.hpp>

namespace vt {

// How long the SGR is that lies complete at the front of `text`, as a tokenizer at ground would
// take it; 0: none does, or there is a C0 in its midst.
std::size_t sgr_size(std::string_view text);

// Takes one from the front and applies it, if it has up to eight parameters with `;` between them,
// as nearly all do. Else nothing is taken.
bool take_sgr(pen& p, std::string_view& text);

// The end of `text` that does to any pen what all of it does: from the last SGR on that begins with
// a plain pen, else from the first. Each ESC in it begins an SGR or another control sequence
// without `;`.
std::string_view since_plain(std::string_view text);

}  // namespace vt
