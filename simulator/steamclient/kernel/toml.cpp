#include "kernel/toml.h"

#include <algorithm>
#include <utility>

#include "kernel/toml_number.h"
#include "kernel/utf8.h"

namespace steamgs::simulator::toml {

namespace {

// Each is a call of the parser's: a file must not be able to exhaust the stack.
constexpr size_t kDeepestArray = 64;
constexpr size_t kLongestShown = 48;

bool bare_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool control_character(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

class Parser {
  public:
    explicit Parser(const std::string& text) : text_(text) {}

    std::vector<Table> document() {
        check_encoding();
        std::vector<Table> tables = {{"", false, 1, {}}};
        for (skip_lines(); !at_end(); skip_lines()) {
            if (peek() == '[') {
                tables.push_back(header());
            } else {
                const bool top = tables.size() == 1;
                entry(tables.back(), top);
            }
            end_of_line();
        }
        return tables;
    }

  private:
    enum class Named { key, table, array };

    [[noreturn]] void fail(const std::string& what) const { throw Error(line_, what); }
    [[noreturn]] void unsupported(const std::string& what) const {
        fail(what + " are not supported");
    }
    bool at_end() const { return position_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[position_]; }
    bool sees(const std::string& wanted) const {
        return text_.compare(position_, wanted.size(), wanted) == 0;
    }
    char take() {
        const char c = peek();
        ++position_;
        line_ += c == '\n' ? 1 : 0;
        return c;
    }
    bool take_if(char wanted) {
        if (at_end() || peek() != wanted) {
            return false;
        }
        take();
        return true;
    }
    void expect(char wanted) {
        if (!take_if(wanted)) {
            fail(std::string("expected '") + wanted + "'");
        }
    }
    bool take_newline() {
        // Alone, a carriage return ends no line.
        position_ += sees("\r\n") ? 1 : 0;
        return take_if('\n');
    }
    void skip_blanks() {
        while (peek() == ' ' || peek() == '\t') {
            take();
        }
    }
    void skip_comment() {
        if (peek() != '#') {
            return;
        }
        while (!at_end() && !sees("\n") && !sees("\r\n")) {
            if (control_character(peek())) {
                fail("a control character in a comment");
            }
            take();
        }
    }
    void skip_lines() {
        do {
            skip_blanks();
            skip_comment();
        } while (take_newline());
    }
    void end_of_line() {
        skip_blanks();
        skip_comment();
        if (!at_end() && !take_newline()) {
            fail("expected the end of the line");
        }
    }

    void check_encoding() {
        const size_t valid = valid_utf8(text_);
        if (valid < text_.size()) {
            while (position_ < valid) {
                take();
            }
            fail("the file is not UTF-8");
        }
    }

    Table header() {
        Table table{"", false, line_, {}};
        expect('[');
        table.repeated = take_if('[');
        skip_blanks();
        table.name = key();
        expect(']');
        if (table.repeated) {
            expect(']');
        }
        const Named named = table.repeated ? Named::array : Named::table;
        const auto [before, is_new] = names_.emplace(table.name, named);
        if (!is_new && (before->second != Named::array || !table.repeated)) {
            fail("'" + shown(table.name) + "' is already defined");
        }
        return table;
    }

    void entry(Table& table, bool top) {
        const std::string name = key();
        expect('=');
        skip_blanks();
        if (!table.values.emplace(name, value(0)).second) {
            fail("'" + shown(name) + "' is already defined");
        }
        if (top) {
            names_.emplace(name, Named::key);
        }
    }

    std::string key() {
        std::string name;
        if (peek() == '"' || peek() == '\'') {
            name = string();
        } else {
            while (bare_key_character(peek())) {
                name += take();
            }
            if (name.empty()) {
                fail("expected a key");
            }
        }
        skip_blanks();
        if (peek() == '.') {
            unsupported("dotted keys");
        }
        return name;
    }

    Value value(size_t depth) {
        const size_t line = line_;
        const size_t start = position_;
        Data read = data(depth);
        return {std::move(read), line,
                text_.substr(start, std::min(position_ - start, kLongestShown + 1))};
    }

    Data data(size_t depth) {
        switch (peek()) {
            case '"':
            case '\'':
                return string();
            case '[':
                return array(depth + 1);
            case '{':
                unsupported("inline tables");
            default:
                return scalar();
        }
    }

    Array array(size_t depth) {
        if (depth > kDeepestArray) {
            unsupported("arrays more than " + std::to_string(kDeepestArray) + " deep");
        }
        Array items;
        expect('[');
        skip_lines();
        while (!take_if(']')) {
            items.push_back(value(depth));
            skip_lines();
            if (!take_if(',') && peek() != ']') {
                fail("expected ',' or ']'");
            }
            skip_lines();
        }
        return items;
    }

    std::string string() {
        const char quote = peek();
        if (sees(std::string(3, quote))) {
            unsupported("multi-line strings");
        }
        take();
        std::string out;
        while (peek() != quote) {
            if (at_end() || sees("\n") || sees("\r\n")) {
                fail("the string has no closing quote");
            }
            if (control_character(peek())) {
                fail("a control character in a string");
            }
            const char c = take();
            if (c == '\\' && quote == '"') {
                escape(out);
            } else {
                out += c;
            }
        }
        take();
        return out;
    }

    void escape(std::string& out) {
        static const std::string plain = "\"\\btnfr";
        static const std::string meant = "\"\\\b\t\n\f\r";
        const char c = take();
        const size_t found = plain.find(c);
        if (found != std::string::npos) {
            out += meant[found];
        } else if (c == 'u' || c == 'U') {
            append_utf8(out, code_point(c == 'u' ? 4 : 8));
        } else if (c == 'e' || c == 'x') {
            unsupported("the escapes \\e and \\x of TOML 1.1");
        } else {
            fail("unknown escape");
        }
    }

    uint32_t code_point(int digits) {
        uint32_t code = 0;
        for (int i = 0; i < digits; ++i) {
            const int digit = digit_value(peek());
            if (digit >= 16) {
                fail("expected " + std::to_string(digits) + " hexadecimal digits");
            }
            take();
            code = code * 16 + static_cast<uint32_t>(digit);
        }
        if (!is_scalar_value(code)) {
            fail("the escape is not a character");
        }
        return code;
    }

    Data scalar() {
        std::string word;
        while (bare_key_character(peek()) || peek() == '.' || peek() == '+' || peek() == ':') {
            word += take();
        }
        if (word.empty()) {
            fail("expected a value");
        }
        if (word == "true" || word == "false") {
            return word == "true";
        }
        if (looks_like_date(word)) {
            unsupported("dates and times");
        }
        Number number = read_number(word);
        if (number.kind == Number::Kind::too_large) {
            unsupported("integers of more than 64 bits");
        }
        if (number.kind == Number::Kind::none) {
            fail("'" + shown(word) + "' is not a value");
        }
        return number.kind == Number::Kind::real ? Data(number.real) : Data(number.integer);
    }

    const std::string& text_;
    size_t position_ = 0;
    size_t line_ = 1;
    std::map<std::string, Named> names_;  // what stands at the top, or is a table
};

}  // namespace

std::vector<Table> parse(const std::string& text) { return Parser(text).document(); }

std::string shown(const std::string& text) {
    size_t end = std::min(text.size(), kLongestShown);
    while (end < text.size() && end > 0 && is_continuation(text[end])) {
        --end;
    }
    std::string out = text.substr(0, end);
    std::replace_if(out.begin(), out.end(), [](char c) { return control_character(c); }, '?');
    return end < text.size() ? out + "..." : out;
}

}  // namespace steamgs::simulator::toml
