// How TOML writes integers and floats.
#pragma once

#include <cstdint>
#include <string>

namespace steamgs::simulator::toml {

struct Number {
    enum class Kind { none, integer, real, too_large };

    Kind kind = Kind::none;
    int64_t integer = 0;
    double real = 0.0;
};

// What a word says: `none` if it is no number, `too_large` for integers beyond 64 bits.
Number read_number(const std::string& word);

// Whether a word begins as dates, times, or both do.
bool looks_like_date(const std::string& word);

// 0 to 15; 16 for what is no digit.
int digit_value(char c);

}  // namespace steamgs::simulator::toml
