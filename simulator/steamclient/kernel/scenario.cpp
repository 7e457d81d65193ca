#include "kernel/scenario.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <system_error>

#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

constexpr Whole kSeed = {"an integer", 0, std::numeric_limits<int64_t>::max()};
constexpr char kEvent[] = "event";

// The keys before the first table.
struct Top {
    uint64 seed = 1;
};

const std::vector<Field<Top>> kTopFields = {
    field("seed", &Top::seed, kSeed, "for everything that is random; 1 if missing")};

void give(World& world, const Command::Action& action) {
    try {
        action(world);
    } catch (const NotThere& problem) {
        if (world.tells_of_trouble) {
            std::fprintf(stderr, "the simulated Steam's scenario: %s\n", problem.what());
        }
    }
}

void schedule(World& world, toml::Table event) {
    for (const char* needed : {"at", "do"}) {
        if (event.values.count(needed) == 0) {
            throw toml::Error(event.line, std::string("'") + needed + "' is missing");
        }
    }
    const toml::Value name = event.values.at("do");
    const double at = checked("at", event.values.at("at"), kSeconds);
    const auto* text = std::get_if<std::string>(&name.data);
    if (text == nullptr) {
        refuse("do", name, "a string");
    }
    const Command& command = command_called(*text, name.line);
    event.values.erase("at");
    event.values.erase("do");
    const Command::Action action = command.read(event, false);
    world.backend.schedule_at(at, [&world, action] { give(world, action); });
}

// The command that a table of its own gives; throws toml::Error if the table is none.
const Command& command_of(const toml::Table& table) {
    std::set<std::string> names = {kEvent};
    const Command* found = nullptr;
    for (const Command* command : Command::all()) {
        if (command->table.name != nullptr) {
            names.insert(command->table.name);
            found = table.name == command->table.name ? command : found;
        }
    }
    if (found == nullptr && table.name != kEvent) {
        throw toml::Error(table.line, unknown("table", table.name, {names.begin(), names.end()}));
    }
    const bool repeated = found == nullptr || found->table.repeated;
    if (found == nullptr || table.repeated != repeated) {
        throw toml::Error(table.line, repeated
                                          ? "write [[" + table.name + "]]: there may be several"
                                          : "write [" + table.name + "]: there can be only one");
    }
    return *found;
}

// What the tables define, to find what is defined twice.
class Definitions {
  public:
    void add(const Command& command, const toml::Table& table) {
        if (command.table.key == nullptr) {
            return;
        }
        const toml::Value& value = table.values.at(command.table.key);
        const auto* text = std::get_if<std::string>(&value.data);
        const std::string what = std::string("the ") + command.table.noun + " " +
                                 (text != nullptr ? "'" + toml::shown(*text) + "'"
                                                  : std::to_string(std::get<int64_t>(value.data)));
        if (!defined_.insert(what).second) {
            throw toml::Error(value.line, what + " is already defined");
        }
    }

  private:
    std::set<std::string> defined_;
};

// What is larger is no scenario; a device has no end.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

std::unique_ptr<World> read_scenario(const std::string& text) {
    if (text.size() > kMostBytes) {
        throw std::runtime_error("too large for a scenario: the limit is 1 MiB");
    }
    const std::vector<toml::Table> tables = toml::parse(text);
    auto world = std::make_unique<World>(read_row(tables.front(), "", kTopFields).seed, false);
    Definitions definitions;
    for (size_t i = 1; i < tables.size(); ++i) {
        const toml::Table& table = tables[i];
        if (table.name == kEvent && table.repeated) {
            schedule(*world, table);
            continue;
        }
        const Command& command = command_of(table);
        const Command::Action action = command.read(table, true);
        definitions.add(command, table);
        action(*world);
    }
    return world;
}

std::unique_ptr<World> read_scenario_file(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    char part[4096];
    while (text.size() <= kMostBytes && (file.read(part, sizeof(part)) || file.gcount() > 0)) {
        text.append(part, static_cast<size_t>(file.gcount()));
    }
    // Whatever opens can be read, but for a folder: some C++ libraries read that as an empty file.
    std::error_code unknown;
    if (file.is_open() && std::filesystem::is_directory(path, unknown)) {
        errno = EISDIR;
        file.setstate(std::ios::badbit);
    }
    if (!file.is_open() || file.bad()) {
        throw std::runtime_error(std::generic_category().message(errno));
    }
    return read_scenario(text);
}

}  // namespace steamgs::simulator
