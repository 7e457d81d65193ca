// JSON, as far as descriptions need it.
#pragma once

#include <cstdint>
#include <string>

namespace steamgs::simulator::json {

// Texts come from the game and need not be UTF-8: each byte becomes one character.
std::string quoted(const std::string& text);
// A finite number, in as many digits as bring it back exactly.
std::string number(double value);

class Object {
  public:
    Object& text(const char* name, const std::string& value) { return raw(name, quoted(value)); }
    Object& number(const char* name, uint64_t value) { return raw(name, std::to_string(value)); }
    Object& flag(const char* name, bool value) { return raw(name, value ? "true" : "false"); }
    Object& raw(const char* name, const std::string& value) {
        body_ += (body_.empty() ? "" : ", ") + quoted(name) + ": " + value;
        return *this;
    }
    std::string done() const { return "{" + body_ + "}"; }

  private:
    std::string body_;
};

class List {
  public:
    List& add(const std::string& value) {
        body_ += (body_.empty() ? "" : ", ") + value;
        return *this;
    }
    std::string done() const { return "[" + body_ + "]"; }

  private:
    std::string body_;
};

}  // namespace steamgs::simulator::json
