#include "kernel/fields.h"

#include <limits>
#include <locale>
#include <sstream>

#include "kernel/json.h"

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

FieldDescription of_type(const char* type, const std::string& what) {
    FieldDescription description = {};
    description.type = type;
    description.what = what;
    return description;
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
    if (text == nullptr || text->size() < allowed.fewest || text->size() > allowed.longest ||
        text->find('\0') != std::string::npos) {
        refuse(key, value, described(allowed).what);
    }
    return *text;
}

uint32_t checked(const std::string& key, const toml::Value& value, Address address) {
    const auto* text = std::get_if<std::string>(&value.data);
    std::istringstream in(text != nullptr ? *text : "");
    in.imbue(std::locale::classic());
    uint32_t ip = 0;
    bool right = text != nullptr;
    for (int part = 0; right && part < 4; ++part) {
        int number = -1;
        right = (part == 0 || in.get() == '.') && in.peek() >= '0' && in.peek() <= '9' &&
                in >> number && number <= 255;
        ip = ip << 8 | static_cast<uint32_t>(number & 0xff);
    }
    if (!right || in.peek() != std::istringstream::traits_type::eof()) {
        refuse(key, value, described(address).what);
    }
    return ip;
}

const toml::Array& checked_array(const std::string& key, const toml::Value& value) {
    const auto* array = std::get_if<toml::Array>(&value.data);
    if (array == nullptr) {
        refuse(key, value, "an array");
    }
    return *array;
}

FieldDescription described(const Whole& allowed) {
    FieldDescription description = of_type("integer", allowed.what);
    description.low = static_cast<double>(allowed.low);
    description.high = static_cast<double>(allowed.high);
    return description;
}

FieldDescription described(const Real& allowed) {
    FieldDescription description = of_type("number", allowed.what);
    description.low = allowed.low;
    description.high = allowed.high;
    return description;
}

FieldDescription described(Flag) { return of_type("boolean", "true or false"); }

FieldDescription described(Text allowed) {
    FieldDescription description =
        of_type("string", "a string of " + std::to_string(allowed.fewest) + " to " +
                              std::to_string(allowed.longest) + " bytes without NUL");
    description.low = static_cast<double>(allowed.fewest);
    description.high = static_cast<double>(allowed.longest);
    return description;
}

FieldDescription described(Address) { return of_type("address", "an IPv4 address"); }

void check_names(const toml::Table& table, const std::string& command,
                 const std::vector<FieldDescription>& fields) {
    std::vector<std::string> names;
    for (const FieldDescription& field : fields) {
        names.push_back(field.name);
    }
    for (const auto& [name, value] : table.values) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            throw toml::Error(value.line, command.empty()
                                              ? unknown("key", name, names)
                                              : quoted(command) + " takes no " + quoted(name));
        }
    }
    for (const FieldDescription& field : fields) {
        if (field.presence == Presence::required && table.values.count(field.name) == 0) {
            throw toml::Error(table.line, command.empty()
                                              ? quoted(field.name) + " is missing"
                                              : quoted(command) + " needs " + quoted(field.name));
        }
    }
}

std::string json_of(const FieldDescription& description) {
    json::List choices;
    for (const std::string& choice : description.choices) {
        choices.add(json::quoted(choice));
    }
    // Integers of 64 bits are told as such: a reader may keep them exactly.
    const auto bound = [&description](const std::optional<double>& value) {
        if (!value) {
            return std::string("null");
        }
        const bool largest = *value >= 9223372036854775807.0;
        return description.type == "number" ? json::number(*value)
               : largest                    ? std::string("9223372036854775807")
                                            : std::to_string(static_cast<int64_t>(*value));
    };
    return json::Object()
        .text("name", description.name)
        .text("type", description.type)
        .text("what", description.what)
        .flag("list", description.list)
        .raw("low", bound(description.low))
        .raw("high", bound(description.high))
        .raw("choices", choices.done())
        .flag("required", description.presence == Presence::required)
        .text("doc", description.doc)
        .done();
}

}  // namespace steamgs::simulator
