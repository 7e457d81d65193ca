#include "kernel/utf8.h"

namespace steamgs::simulator {

namespace {

// How many bytes a character has that begins with this one; 0 if none does.
size_t length_by_first(unsigned char first) {
    return first < 0x80             ? 1
           : (first & 0xe0) == 0xc0 ? 2
           : (first & 0xf0) == 0xe0 ? 3
           : (first & 0xf8) == 0xf0 ? 4
                                    : 0;
}

// Whether the character at `at` is written as it must be: whole, and no longer than it needs.
bool valid_at(const std::string& text, size_t at, size_t length) {
    static constexpr uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0 || length > text.size() - at) {
        return false;
    }
    const auto first = static_cast<unsigned char>(text[at]);
    uint32_t code = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[at + i])) {
            return false;
        }
        code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fu);
    }
    return code >= kLowest[length] && is_scalar_value(code);
}

}  // namespace

size_t valid_utf8(const std::string& text) {
    size_t at = 0;
    while (at < text.size()) {
        const size_t length = length_by_first(static_cast<unsigned char>(text[at]));
        if (!valid_at(text, at, length)) {
            break;
        }
        at += length;
    }
    return at;
}

void append_utf8(std::string& out, uint32_t code) {
    const auto put = [&out](uint32_t byte) { out += static_cast<char>(byte); };
    const auto put_rest = [&put, code](int shift) { put(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        put_rest(0);
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put_rest(6);
        put_rest(0);
    } else {
        put(0xf0 | code >> 18);
        put_rest(12);
        put_rest(6);
        put_rest(0);
    }
}

}  // namespace steamgs::simulator
