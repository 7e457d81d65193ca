// Fuzzes the command function: a command by its number, then its fields as lines of TOML. Whatever
// they are, it is done or refused with the reason.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "kernel/commands.h"
#include "kernel/control.h"

using namespace steamgs::simulator;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static World* const world = new World(1, true);
    static const std::vector<std::string> names = Command::names();
    if (size == 0) {
        return 0;
    }
    const std::string fields(reinterpret_cast<const char*>(data + 1), size - 1);
    char error[256] = "";
    const int outcome = steamgs_sim_do(world, names[data[0] % names.size()].c_str(), fields.data(),
                                       fields.size(), error, sizeof(error));
    if ((outcome == 0) != (error[0] == '\0') ||
        (outcome == 1 && std::strncmp(error, "line ", 5) != 0)) {
        std::abort();
    }
    return 0;
}
