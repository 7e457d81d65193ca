// A simulated Steam from a file: its users and groups, and what happens to the server and when.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace steamgs::simulator {

class World;

// The world that the file describes; throws std::runtime_error with the line and the mistake.
std::unique_ptr<World> read_scenario(const std::string& text);
std::unique_ptr<World> read_scenario_file(const std::filesystem::path& path);

}  // namespace steamgs::simulator
