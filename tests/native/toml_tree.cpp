// Prints what the scenario's TOML parser reads, for tests that compare it with another parser.
//
// stdin: documents, each as its size in bytes, a newline, and the bytes. stdout: for each a line of
// JSON: [[name, whether repeated, {key: value}], ...] of its tables, or {"error": "..."}.
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <locale>
#include <string>

#include "kernel/toml.h"

namespace toml = steamgs::simulator::toml;

namespace {

// A program's own locale must not matter to the parser.
struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

std::string json(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        char escaped[8];
        std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned char>(c));
        const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
        out += plain ? std::string(1, c) : escaped;
    }
    return out + '"';
}

std::string json(const toml::Value& value) {
    if (const auto* flag = std::get_if<bool>(&value.data)) {
        return *flag ? "true" : "false";
    }
    if (const auto* integer = std::get_if<int64_t>(&value.data)) {
        return std::to_string(*integer);
    }
    if (const auto* real = std::get_if<double>(&value.data)) {
        if (!std::isfinite(*real)) {
            return std::isnan(*real) ? "NaN" : *real < 0.0 ? "-Infinity" : "Infinity";
        }
        char digits[64];
        std::snprintf(digits, sizeof(digits), "%.17e", *real);
        return digits;
    }
    if (const auto* text = std::get_if<std::string>(&value.data)) {
        return json(*text);
    }
    std::string items;
    for (const toml::Value& item : std::get<toml::Array>(value.data)) {
        items += (items.empty() ? "" : ", ") + json(item);
    }
    return '[' + items + ']';
}

std::string json(const toml::Table& table) {
    std::string items;
    for (const auto& [name, value] : table.values) {
        items += (items.empty() ? "" : ", ") + json(name) + ": " + json(value);
    }
    return '{' + items + '}';
}

std::string json(const std::vector<toml::Table>& tables) {
    std::string items;
    for (const toml::Table& table : tables) {
        items += (items.empty() ? "[" : ", [") + json(table.name) + ", " +
                 (table.repeated ? "true" : "false") + ", " + json(table) + ']';
    }
    return '[' + items + ']';
}

}  // namespace

int main() {
    std::string size;
    while (std::getline(std::cin, size)) {
        std::string text(std::stoul(size), '\0');
        std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
        const std::locale before =
            std::locale::global(std::locale(std::locale::classic(), new Comma));
        std::string line;
        try {
            line = json(toml::parse(text));
        } catch (const toml::Error& error) {
            line = "{\"error\": " + json(std::string(error.what())) + "}";
        }
        std::locale::global(before);
        std::cout << line << std::endl;
    }
}
