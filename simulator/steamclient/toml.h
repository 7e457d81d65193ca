// As much of TOML as scenario files need: tables, arrays of tables, and keys with booleans,
// numbers, strings and arrays of them. Dates, inline tables, dotted keys and multi-line strings are
// refused.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace steamgs::simulator::toml {

struct Error : std::runtime_error {
    Error(size_t at_line, const std::string& what)
        : std::runtime_error("line " + std::to_string(at_line) + ": " + what) {}
};

struct Value;
using Array = std::vector<Value>;

struct Value {
    std::variant<bool, int64_t, double, std::string, Array> data;
    size_t line;
};

struct Table {
    std::string name;  // empty for the keys before the first table
    size_t line;
    std::map<std::string, Value> values;
};

// The tables in their order; those of `[[name]]` have their name as often as they are there.
std::vector<Table> parse(const std::string& text);

}  // namespace steamgs::simulator::toml
