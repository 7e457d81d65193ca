// The fields of a command as rows: the name, where the value goes, what it may be, and what it
// means. All code that reads, checks or describes a field uses its row, so adding a field means
// adding a row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
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
    size_t fewest, longest;  // in bytes, none of them NUL
};
struct Address {};  // IPv4, as a dotted quad
template <class T>
struct Choice {
    std::vector<std::pair<std::string, T>> values;
};

enum class Presence { optional, required };

// What programs are told of a field: see json_of.
struct FieldDescription {
    std::string name;
    std::string type;  // "integer", "number", "boolean", "string", "address", "choice"
    std::string what;  // as in messages: "a number of seconds"
    bool list;         // an array of such
    std::optional<double> low, high;
    std::vector<std::string> choices;
    Presence presence;
    std::string doc;
};

template <class Row>
struct Field {
    FieldDescription description;
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
uint32_t checked(const std::string& key, const toml::Value& value, Address);
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

FieldDescription described(const Whole& allowed);
FieldDescription described(const Real& allowed);
FieldDescription described(Flag);
FieldDescription described(Text allowed);
FieldDescription described(Address);
template <class T>
FieldDescription described(const Choice<T>& choice) {
    FieldDescription description = {};
    description.type = "choice";
    for (const auto& [name, meaning] : choice.values) {
        description.choices.push_back(name);
    }
    return description;
}

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};

template <class Row, class T, class Allowed>
Field<Row> field(const std::string& name, T Row::* member, const Allowed& allowed,
                 const std::string& doc, Presence presence = Presence::optional) {
    FieldDescription description = described(allowed);
    description.name = name;
    description.list = IsList<T>::value;
    description.presence = presence;
    description.doc = doc;
    return {description, [name, member, allowed](Row& row, const toml::Value& value) {
                read(row.*member, name, value, allowed);
            }};
}

// How messages name the keys that were given: as those of a table, or as those of a command.
void check_names(const toml::Table& table, const std::string& command,
                 const std::vector<FieldDescription>& fields);

template <class Row>
Row read_row(const toml::Table& table, const std::string& command,
             const std::vector<Field<Row>>& fields) {
    std::vector<FieldDescription> descriptions;
    for (const auto& field : fields) {
        descriptions.push_back(field.description);
    }
    check_names(table, command, descriptions);
    Row row{};
    for (const auto& field : fields) {
        const auto found = table.values.find(field.description.name);
        if (found != table.values.end()) {
            field.read(row, found->second);
        }
    }
    return row;
}

std::string json_of(const FieldDescription& description);

// Values that commands of several features take.
constexpr Whole kTimes = {"a number of times", 0, 1 << 30};
constexpr double kMostSeconds = 1e9;  // about 31 years
constexpr Real kSeconds = {"a number of seconds", 0.0, kMostSeconds};

}  // namespace steamgs::simulator
