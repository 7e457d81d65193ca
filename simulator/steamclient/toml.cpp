#include "toml.h"

#include <cerrno>
#include <cstdlib>

namespace steamgs::simulator::toml {

namespace {

constexpr size_t kDeepestArray = 8;

bool bare_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

void append_utf8(std::string& out, uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        out += static_cast<char>(0xe0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    }
}

class Parser {
  public:
    explicit Parser(const std::string& text) : text_(text) {}

    std::vector<Table> document() {
        std::vector<Table> tables = {{"", 1, {}}};
        for (skip_lines(); !at_end(); skip_lines()) {
            if (peek() == '[') {
                tables.push_back(header(tables));
            } else {
                entry(tables.back());
            }
            end_of_line();
        }
        return tables;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const { throw Error(line_, what); }
    bool at_end() const { return position_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[position_]; }
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
            fail(std::string("'") + wanted + "' expected");
        }
    }
    void skip_blanks() {
        while (peek() == ' ' || peek() == '\t') {
            take();
        }
    }
    void skip_comment() {
        if (peek() == '#') {
            while (!at_end() && peek() != '\n') {
                take();
            }
        }
    }
    void skip_lines() {
        do {
            skip_blanks();
            skip_comment();
            take_if('\r');
        } while (take_if('\n'));
    }
    void end_of_line() {
        skip_blanks();
        skip_comment();
        take_if('\r');
        if (!at_end() && !take_if('\n')) {
            fail("the line should end here");
        }
    }

    Table header(const std::vector<Table>& before) {
        Table table{"", line_, {}};
        expect('[');
        const bool repeated = take_if('[');
        skip_blanks();
        table.name = key();
        skip_blanks();
        expect(']');
        if (repeated) {
            expect(']');
        } else {
            for (const Table& other : before) {
                if (other.name == table.name) {
                    fail("[" + table.name + "] is there already");
                }
            }
        }
        return table;
    }

    void entry(Table& table) {
        const std::string name = key();
        skip_blanks();
        expect('=');
        skip_blanks();
        if (!table.values.emplace(name, value(0)).second) {
            fail("'" + name + "' is there already");
        }
    }

    std::string key() {
        if (peek() == '"' || peek() == '\'') {
            return string();
        }
        std::string name;
        while (bare_key_character(peek())) {
            name += take();
        }
        if (name.empty()) {
            fail("a key expected");
        }
        return name;
    }

    Value value(size_t depth) {
        const size_t line = line_;
        switch (peek()) {
            case '"':
            case '\'':
                return {string(), line};
            case '[':
                return {array(depth + 1), line};
            case '{':
                fail("inline tables are not supported");
            default:
                return {scalar(), line};
        }
    }

    Array array(size_t depth) {
        if (depth > kDeepestArray) {
            fail("arrays in arrays in arrays");
        }
        Array items;
        expect('[');
        skip_lines();
        while (!take_if(']')) {
            items.push_back(value(depth));
            skip_lines();
            if (!take_if(',') && peek() != ']') {
                fail("',' or ']' expected");
            }
            skip_lines();
        }
        return items;
    }

    std::string string() {
        const char quote = take();
        std::string out;
        while (peek() != quote) {
            if (at_end() || peek() == '\n') {
                fail("the string does not end");
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
        static const std::string plain = "\"\\ntr";
        static const std::string meant = "\"\\\n\t\r";
        const char c = take();
        const size_t found = plain.find(c);
        if (c != '\0' && found != std::string::npos) {
            out += meant[found];
        } else if (c == 'u') {
            uint32_t code = 0;
            for (int digit = 0; digit < 4; ++digit) {
                const std::string one(1, take());
                const size_t nibble = std::string("0123456789abcdef").find(one);
                const size_t upper = std::string("0123456789ABCDEF").find(one);
                if (nibble == std::string::npos && upper == std::string::npos) {
                    fail("four hexadecimal digits expected");
                }
                code =
                    code * 16 + static_cast<uint32_t>(nibble != std::string::npos ? nibble : upper);
            }
            append_utf8(out, code);
        } else {
            fail("no such escape");
        }
    }

    std::variant<bool, int64_t, double, std::string, Array> scalar() {
        std::string word;
        while (bare_key_character(peek()) || peek() == '.' || peek() == '+') {
            const char c = take();
            if (c != '_') {
                word += c;
            }
        }
        if (word == "true" || word == "false") {
            return word == "true";
        }
        if (word.empty()) {
            fail("a value expected");
        }
        char* end = nullptr;
        errno = 0;
        const int64_t integer = std::strtoll(word.c_str(), &end, 0);
        if (*end == '\0') {
            if (errno != 0) {
                fail(word + " does not fit into 64 bits");
            }
            return integer;
        }
        const double real = std::strtod(word.c_str(), &end);
        // Not nan, inf or 0x1p3, which strtod takes too.
        if (*end != '\0' || word.find_first_of("nNxX") != std::string::npos) {
            fail("'" + word + "' is no value");
        }
        return real;
    }

    const std::string& text_;
    size_t position_ = 0;
    size_t line_ = 1;
};

}  // namespace

std::vector<Table> parse(const std::string& text) { return Parser(text).document(); }

}  // namespace steamgs::simulator::toml
