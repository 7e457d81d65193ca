// A simulated Steam out of a file: its users and groups, and what befalls the server and when.
#pragma once

#include <memory>
#include <string>

namespace steamgs::simulator {

class World;

// A world as the file says; throws std::runtime_error with the line and what is wrong there.
std::unique_ptr<World> read_scenario(const std::string& text);
std::unique_ptr<World> read_scenario_file(const std::string& path);

}  // namespace steamgs::simulator
