#include "features/withheld.h"

#include <steamgs/slots/versions.h>

#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Withheld> kFeature("withheld");

Choice<std::string> versions() {
    Choice<std::string> choice;
    for (const char* version : slots::kVersions) {
        choice.values.emplace_back(version, version);
    }
    return choice;
}

struct Row {
    std::string version;
    bool withheld = true;
};

const CommandOf<Row> kWithholdInterface = {
    "withhold_interface",
    "Stops or resumes serving a version of an interface.",
    [] {
        return std::vector{
            field("version", &Row::version, versions(), "what games ask for", Presence::required),
            field("withheld", &Row::withheld, Flag{}, "false to serve it again; true if missing")};
    },
    [](World& world, const Row& row) {
        std::set<std::string>& withheld = world.get<Withheld>().versions;
        if (row.withheld) {
            withheld.insert(row.version);
        } else {
            withheld.erase(row.version);
        }
    },
    {"withhold_interface", true}};

}  // namespace

}  // namespace steamgs::simulator
