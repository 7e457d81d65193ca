// TOML 1.0, as far as scenario files need it: tables, arrays of tables, and keys with booleans,
// integers, floats, one-line strings and arrays. For other parts of TOML the error ends with "not
// supported". Everything else is read or refused as the standard says.
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
using Data = std::variant<bool, int64_t, double, std::string, Array>;

struct Value {
    Data data;
    size_t line;
    std::string source;  // as it was written, for messages: cut if it is long
};

struct Table {
    std::string name;  // empty for the keys before the first table
    bool repeated;     // [[name]], not [name]
    size_t line;
    std::map<std::string, Value> values;
};

// The tables in their order. Each `[[name]]` is a table of its own, with the same name.
std::vector<Table> parse(const std::string& text);

// Text from the file for a message: truncated, and without control characters.
std::string shown(const std::string& text);

}  // namespace steamgs::simulator::toml
