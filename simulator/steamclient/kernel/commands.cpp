#include "kernel/commands.h"

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

std::string json_of(const Command& command) {
    json::List fields;
    for (const FieldDescription& field : command.fields()) {
        fields.add(json_of(field));
    }
    return json::Object()
        .text("name", command.name)
        .text("doc", command.doc)
        .raw("table", command.table.name != nullptr ? json::quoted(command.table.name) : "null")
        .flag("repeated", command.table.repeated)
        .raw("fields", fields.done())
        .done();
}

}  // namespace

const Command& command_called(const std::string& name, size_t line) {
    const Command* command = Command::find(name);
    if (command == nullptr) {
        throw toml::Error(line, unknown("'do'", name, Command::names()));
    }
    return *command;
}

std::string json_of_commands() {
    json::List commands;
    for (const Command* command : Command::all()) {
        commands.add(json_of(*command));
    }
    return commands.done();
}

}  // namespace steamgs::simulator
