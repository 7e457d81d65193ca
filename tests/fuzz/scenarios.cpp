// Fuzzes what reads scenario files: any text is a world, or an error with its line.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "kernel/scenario.h"
#include "kernel/world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        const auto world = steamgs::simulator::read_scenario(
            std::string(reinterpret_cast<const char*>(data), size));
        if (world == nullptr) {
            std::abort();
        }
    } catch (const std::runtime_error& error) {
        if (std::strncmp(error.what(), "line ", 5) != 0) {
            std::abort();
        }
    }
    return 0;
}
