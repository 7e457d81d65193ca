#include "kernel/toml_number.h"

#include <cmath>
#include <limits>
#include <locale>
#include <sstream>

namespace steamgs::simulator::toml {

namespace {

// The digits from `at` on, without the underscores that may stand between two of them.
std::string take_digits(const std::string& word, size_t& at, int base) {
    std::string digits;
    while (at < word.size()) {
        const size_t place = at + (word[at] == '_' && !digits.empty() ? 1 : 0);
        if (place >= word.size() || digit_value(word[place]) >= base) {
            break;
        }
        digits += word[place];
        at = place + 1;
    }
    return digits;
}

Number integer(const std::string& digits, int base, bool negative) {
    const uint64_t most = uint64_t{std::numeric_limits<int64_t>::max()} + (negative ? 1 : 0);
    uint64_t magnitude = 0;
    for (const char c : digits) {
        const auto digit = static_cast<uint64_t>(digit_value(c));
        if (magnitude > (most - digit) / static_cast<uint64_t>(base)) {
            return {Number::Kind::too_large};
        }
        magnitude = magnitude * static_cast<uint64_t>(base) + digit;
    }
    return {Number::Kind::integer, static_cast<int64_t>(negative ? 0 - magnitude : magnitude)};
}

double nearest_double(const std::string& plain) {
    std::istringstream in(plain);
    // The locale is the program's, and so may the decimal point be.
    in.imbue(std::locale::classic());
    double value = 0.0;
    in >> value;
    // Too large for a double: what is too small is 0 or nearly so, and may fail as well.
    const bool infinite = in.fail() && std::abs(value) > 1.0;
    return infinite ? std::copysign(std::numeric_limits<double>::infinity(), value) : value;
}

Number real(double value) { return {Number::Kind::real, 0, value}; }

int base_of(const std::string& word) {
    const std::string prefix = word.substr(0, 2);
    return prefix == "0x" ? 16 : prefix == "0o" ? 8 : prefix == "0b" ? 2 : 10;
}

Number decimal(const std::string& word) {
    const bool negative = word[0] == '-';
    size_t at = negative || word[0] == '+' ? 1 : 0;
    const double sign = negative ? -1.0 : 1.0;
    if (word.compare(at, std::string::npos, "inf") == 0) {
        return real(std::copysign(std::numeric_limits<double>::infinity(), sign));
    }
    if (word.compare(at, std::string::npos, "nan") == 0) {
        return real(std::copysign(std::numeric_limits<double>::quiet_NaN(), sign));
    }
    const std::string whole = take_digits(word, at, 10);
    if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) {
        return {};
    }
    if (at == word.size()) {
        return integer(whole, 10, negative);
    }
    std::string plain = (negative ? "-" : "") + whole;
    if (word[at] == '.') {
        const std::string fraction = take_digits(word, ++at, 10);
        if (fraction.empty()) {
            return {};
        }
        plain += '.' + fraction;
    }
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
        plain += 'e';
        if (++at < word.size() && (word[at] == '+' || word[at] == '-')) {
            plain += word[at++];
        }
        const std::string exponent = take_digits(word, at, 10);
        if (exponent.empty()) {
            return {};
        }
        plain += exponent;
    }
    return at == word.size() ? real(nearest_double(plain)) : Number{};
}

}  // namespace

int digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

Number read_number(const std::string& word) {
    const int base = base_of(word);
    if (base == 10) {
        return word.empty() ? Number{} : decimal(word);
    }
    size_t at = 2;
    const std::string digits = take_digits(word, at, base);
    return digits.empty() || at != word.size() ? Number{} : integer(digits, base, false);
}

bool looks_like_date(const std::string& word) {
    size_t digits = 0;
    while (digits < word.size() && digit_value(word[digits]) < 10) {
        ++digits;
    }
    const char next = digits < word.size() ? word[digits] : '\0';
    return (digits == 4 && next == '-') || (digits == 2 && next == ':');
}

}  // namespace steamgs::simulator::toml
