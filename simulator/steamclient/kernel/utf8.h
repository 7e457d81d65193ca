// UTF-8: what is it, and how a character is written in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace steamgs::simulator {

// Any code point but the surrogates, which are halves of characters in UTF-16.
inline bool is_scalar_value(uint32_t code) {
    return code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff);
}

inline bool is_continuation(char c) { return (c & 0xc0) == 0x80; }

// How many of the text's bytes are UTF-8, up to the first that is not.
size_t valid_utf8(const std::string& text);

void append_utf8(std::string& out, uint32_t code);

}  // namespace steamgs::simulator
