#include "kernel/json.h"

#include <cstdio>
#include <limits>
#include <locale>
#include <sstream>

namespace steamgs::simulator::json {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\') {
            char escaped[8];
            std::snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
            out += escaped;
        } else {
            out += character;
        }
    }
    return out + "\"";
}

std::string number(double value) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(std::numeric_limits<double>::max_digits10);
    out << value;
    return out.str();
}

}  // namespace steamgs::simulator::json
