// The keys of a scenario's table as rows: the name, where the value goes, and what it may be. A
// key is checked by the row by which it is read, so adding one is adding a row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/toml.h"

namespace steamgs::simulator {

// What a value may be. `what` says it in messages, its unit included: "a number of seconds".
struct Whole {
    const char* what;
    int64_t low, high;
};
struct Real {
    const char* what;
    double low, high;
};
struct Flag {};
struct Text {
    size_t longest;  // in bytes; at least one, and none of them NUL
};
template <class T>
struct Choice {
    std::vector<std::pair<std::string, T>> values;
};

enum class Presence { optional, needed };

template <class Row>
struct Field {
    std::string name;
    Presence presence;
    std::function<void(Row&, const toml::Value&)> read;
};

// "'key' must be ..., not ...", with the value's line.
[[noreturn]] void refuse(const std::string& key, const toml::Value& value,
                         const std::string& wanted);
// "unknown key 'naem'; did you mean 'name'?", or all that are known if none is near.
std::string unknown(const std::string& what, const std::string& name,
                    const std::vector<std::string>& known);

int64_t checked(const std::string& key, const toml::Value& value, const Whole& allowed);
double checked(const std::string& key, const toml::Value& value, const Real& allowed);
bool checked(const std::string& key, const toml::Value& value, Flag);
const std::string& checked(const std::string& key, const toml::Value& value, Text allowed);
const toml::Array& checked_array(const std::string& key, const toml::Value& value);

template <class T, class Allowed>
void read(T& out, const std::string& key, const toml::Value& value, const Allowed& allowed) {
    out = static_cast<T>(checked(key, value, allowed));
}

template <class T, class Allowed>
void read(std::vector<T>& out, const std::string& key, const toml::Value& value,
          const Allowed& allowed) {
    for (const toml::Value& item : checked_array(key, value)) {
        read(out.emplace_back(), key, item, allowed);
    }
}

template <class T>
void read(T& out, const std::string& key, const toml::Value& value, const Choice<T>& choice) {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : choice.values) {
        names.push_back(name);
    }
    const auto* named = std::get_if<std::string>(&value.data);
    if (named == nullptr) {
        refuse(key, value, "a string");
    }
    for (const auto& [name, meaning] : choice.values) {
        if (name == *named) {
            out = meaning;
            return;
        }
    }
    throw toml::Error(value.line, unknown("'" + key + "'", *named, names));
}

template <class Row, class T, class Allowed>
Field<Row> field(const std::string& name, T Row::* member, const Allowed& allowed,
                 Presence presence = Presence::optional) {
    return {name, presence, [name, member, allowed](Row& row, const toml::Value& value) {
                read(row.*member, name, value, allowed);
            }};
}

template <class Row>
Row read_row(const toml::Table& table, const std::vector<Field<Row>>& fields) {
    std::vector<std::string> names;
    for (const auto& field : fields) {
        names.push_back(field.name);
    }
    for (const auto& [name, value] : table.values) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            throw toml::Error(value.line, unknown("key", name, names));
        }
    }
    Row row{};
    for (const auto& field : fields) {
        const auto found = table.values.find(field.name);
        if (found != table.values.end()) {
            field.read(row, found->second);
        } else if (field.presence == Presence::needed) {
            throw toml::Error(table.line, "'" + field.name + "' is missing");
        }
    }
    return row;
}

}  // namespace steamgs::simulator
