#include "kernel/describe.h"

#include <cstdio>

#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

// Texts come from the game and need not be UTF-8: each byte becomes one character.
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

class Object {
  public:
    Object& text(const char* name, const std::string& value) { return raw(name, quoted(value)); }
    Object& number(const char* name, uint64 value) { return raw(name, std::to_string(value)); }
    Object& flag(const char* name, bool value) { return raw(name, value ? "true" : "false"); }
    Object& raw(const char* name, const std::string& value) {
        body_ += (body_.empty() ? "" : ", ") + quoted(name) + ": " + value;
        return *this;
    }
    std::string done() const { return "{" + body_ + "}"; }

  private:
    std::string body_;
};

class List {
  public:
    void add(const std::string& value) { body_ += (body_.empty() ? "" : ", ") + value; }
    std::string done() const { return "[" + body_ + "]"; }

  private:
    std::string body_;
};

std::string sessions_of(const World& world) {
    static const char* const kinds[] = {"ticket", "connect", "bot"};
    static const char* const states[] = {"pending", "accepted", "refused"};
    List list;
    for (const auto& [steam_id, session] : world.auth.sessions()) {
        list.add(Object()
                     .number("steam_id", steam_id)
                     .text("kind", kinds[static_cast<int>(session.kind)])
                     .text("state", states[static_cast<int>(session.state)])
                     .text("name", session.name)
                     .number("score", session.score)
                     .done());
    }
    return list.done();
}

std::string key_values_of(const BrowserState& state) {
    List list;
    for (const auto& [key, value] : state.key_values) {
        list.add("[" + quoted(key) + ", " + quoted(value) + "]");
    }
    return list.done();
}

}  // namespace

std::string describe(const World& world) {
    static const char* const logon_states[] = {"off", "connecting", "on", "lost"};
    const BrowserState& state = world.browser.state;
    List not_simulated;
    for (const std::string& method : world.not_simulated_methods) {
        not_simulated.add(quoted(method));
    }
    return Object()
        .flag("running", world.has_server)
        .text("logon", logon_states[static_cast<int>(world.logon.state())])
        .text("token", world.logon.token())
        .flag("secure", world.logon.secure())
        .number("steam_id", world.logon.steam_id().ConvertToUint64())
        .number("app_id", state.app_id)
        .number("ip", state.ip)
        .number("game_port", state.game_port)
        .number("query_port", state.query_port)
        .flag("query_port_open", world.query_port.is_open())
        .text("version", state.version)
        .text("product", state.product)
        .text("description", state.description)
        .text("mod_dir", state.mod_dir)
        .flag("dedicated", state.dedicated)
        .number("max_players", static_cast<uint64>(state.max_players))
        .number("bots", static_cast<uint64>(state.bots))
        .text("name", state.name)
        .text("map", state.map)
        .flag("password_protected", state.password)
        .number("spectator_port", state.spectator_port)
        .text("spectator_name", state.spectator_name)
        .raw("key_values", key_values_of(state))
        .text("tags", state.tags)
        .text("game_data", state.data)
        .text("region", state.region)
        .flag("advertised", state.advertised)
        .raw("sessions", sessions_of(world))
        .number("scheduled", world.backend.scheduled())
        .raw("not_simulated", not_simulated.done())
        .done();
}

}  // namespace steamgs::simulator
