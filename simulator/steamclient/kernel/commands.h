// The commands of the simulated Steam. Scenario files, Python and C use the same commands with the
// same fields. Each command is declared once, beside the code that carries it out.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/registered.h"
#include "kernel/toml.h"
#include "kernel/world.h"

namespace steamgs::simulator {

// Thrown by a command that can't be carried out because something that it names does not exist.
struct NotThere : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The table with which a scenario file gives a command at the start.
struct TableForm {
    const char* name = nullptr;  // NULL if only events give the command
    bool repeated = false;       // [[name]], not [name]
    const char* noun = nullptr;  // what the field `key` identifies; defined only once in a file
    const char* key = nullptr;
};

class Command : public Registered<Command> {
  public:
    using Action = std::function<void(World&)>;

    const char* const name;
    const char* const doc;
    const TableForm table;

    virtual std::vector<FieldDescription> fields() const = 0;
    // Carries out the command, with the world's mutex held; it may throw NotThere.
    // `values` are a table of their own, or an event's. Throws toml::Error.
    virtual Action read(const toml::Table& values, bool own_table) const = 0;

  protected:
    Command(const char* its_name, const char* its_doc, TableForm its_table)
        : name(its_name), doc(its_doc), table(its_table) {}
    ~Command() = default;
};

// A command whose values are a Row.
template <class Row>
class CommandOf final : public Command {
  public:
    using Fields = std::vector<Field<Row>> (*)();
    using Do = void (*)(World& world, const Row& row);
    // Checks that concern several values at once; throws toml::Error.
    using Check = void (*)(const Row& row, const toml::Table& values);

    CommandOf(const char* its_name, const char* its_doc, Fields row_fields, Do act,
              TableForm its_table = {}, Check check = nullptr)
        : Command(its_name, its_doc, its_table),
          row_fields_(row_fields),
          act_(act),
          check_(check) {}

    std::vector<FieldDescription> fields() const override {
        std::vector<FieldDescription> descriptions;
        for (const auto& field : row_fields_()) {
            descriptions.push_back(field.description);
        }
        return descriptions;
    }
    Action read(const toml::Table& values, bool own_table) const override {
        const Row row = read_row(values, own_table ? "" : name, row_fields_());
        if (check_ != nullptr) {
            check_(row, values);
        }
        return [row, act = act_](World& world) { act(world, row); };
    }

  private:
    const Fields row_fields_;
    const Do act_;
    const Check check_;
};

// For commands without values.
struct Nothing {};
inline std::vector<Field<Nothing>> no_fields() { return {}; }

// The command of this name; throws toml::Error with the line.
const Command& command_called(const std::string& name, size_t line);

// All commands and their fields, as JSON.
std::string json_of_commands();

}  // namespace steamgs::simulator
