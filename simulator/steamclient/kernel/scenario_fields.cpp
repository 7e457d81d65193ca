#include "kernel/scenario_fields.h"

#include <limits>
#include <locale>
#include <sstream>

namespace steamgs::simulator {

namespace {

std::string quoted(const std::string& text) { return "'" + toml::shown(text) + "'"; }

std::string written(double number) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(10);
    out << number;
    return out.str();
}

template <class Allowed, class Number>
std::string range(const Allowed& allowed, Number low, Number high) {
    return std::string(allowed.what) + " from " + low + " to " + high;
}

// How many characters must be put in, left out or replaced to make one of the other.
size_t distance(const std::string& a, const std::string& b) {
    std::vector<size_t> above(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) {
        above[j] = j;
    }
    for (size_t i = 1; i <= a.size(); ++i) {
        std::vector<size_t> row = {i};
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row.push_back(std::min({above[j] + 1, row[j - 1] + 1, replaced}));
        }
        above = std::move(row);
    }
    return above.back();
}

}  // namespace

void refuse(const std::string& key, const toml::Value& value, const std::string& wanted) {
    throw toml::Error(value.line,
                      "'" + key + "' must be " + wanted + ", not " + toml::shown(value.source));
}

std::string unknown(const std::string& what, const std::string& name,
                    const std::vector<std::string>& known) {
    const std::string start = "unknown " + what + " " + quoted(name);
    std::string list;
    std::string nearest;
    size_t best = std::max<size_t>(1, name.size() / 3) + 1;
    for (const std::string& other : known) {
        const size_t apart = distance(name, other);
        if (apart < best) {
            best = apart;
            nearest = other;
        }
        list += (list.empty() ? "" : ", ") + other;
    }
    return nearest.empty() ? start + ": there are " + list
                           : start + "; did you mean '" + nearest + "'?";
}

int64_t checked(const std::string& key, const toml::Value& value, const Whole& allowed) {
    const auto* number = std::get_if<int64_t>(&value.data);
    if (number == nullptr || *number < allowed.low || *number > allowed.high) {
        refuse(key, value,
               range(allowed, std::to_string(allowed.low), std::to_string(allowed.high)));
    }
    return *number;
}

double checked(const std::string& key, const toml::Value& value, const Real& allowed) {
    const auto* real = std::get_if<double>(&value.data);
    const auto* integer = std::get_if<int64_t>(&value.data);
    const double number = real != nullptr      ? *real
                          : integer != nullptr ? static_cast<double>(*integer)
                                               : std::numeric_limits<double>::quiet_NaN();
    // No comparison is true of nan.
    if (!(number >= allowed.low && number <= allowed.high)) {
        refuse(key, value, range(allowed, written(allowed.low), written(allowed.high)));
    }
    return number;
}

bool checked(const std::string& key, const toml::Value& value, Flag) {
    const auto* flag = std::get_if<bool>(&value.data);
    if (flag == nullptr) {
        refuse(key, value, "true or false");
    }
    return *flag;
}

const std::string& checked(const std::string& key, const toml::Value& value, Text allowed) {
    const auto* text = std::get_if<std::string>(&value.data);
    if (text == nullptr || text->empty() || text->size() > allowed.longest ||
        text->find('\0') != std::string::npos) {
        refuse(key, value,
               "a string of 1 to " + std::to_string(allowed.longest) + " bytes without NUL");
    }
    return *text;
}

const toml::Array& checked_array(const std::string& key, const toml::Value& value) {
    const auto* array = std::get_if<toml::Array>(&value.data);
    if (array == nullptr) {
        refuse(key, value, "an array");
    }
    return *array;
}

}  // namespace steamgs::simulator
