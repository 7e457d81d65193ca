// What fields of the inventory's commands may be.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "features/values.h"

namespace steamgs::simulator {

constexpr Whole kDefinition = {"the number of a definition", 1, 999'999'999};
constexpr Whole kItem = {"the id of an item", 0, kMostInteger};
constexpr Whole kQuantity = {"a quantity", 1, std::numeric_limits<uint16>::max()};
constexpr Whole kPrice = {"a price", 0, kMostInteger};
constexpr Text kProperty = {1, 1024};

// Of texts such as "name=value".
inline std::map<std::string, std::string> properties_of(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> properties;
    for (const std::string& text : texts) {
        const size_t at = text.find('=');
        properties[text.substr(0, at)] = at == std::string::npos ? "" : text.substr(at + 1);
    }
    return properties;
}

}  // namespace steamgs::simulator
