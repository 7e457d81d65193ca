#include "core/steam_log.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/fields.h"

namespace steamgs {

namespace {

constexpr size_t kMostLines = 4096;
constexpr size_t kMostBytes = 4096;

void on_output(abi::ESteamNetworkingSocketsDebugOutputType type, const char* text) {
    if (text != nullptr) {
        steam_log().say(kNetworkText, read_enum(type), text);
    }
}

}  // namespace

struct SteamLog::Line {
    Line* next;
    int level;
    uint16_t flag;
    uint32_t size;

    char* text() { return reinterpret_cast<char*>(this + 1); }
};

SteamLog& steam_log() noexcept {
    // Never destroyed: threads of Steam's may still speak when the process ends.
    static SteamLog* log = new SteamLog;
    return *log;
}

void set_debug_output(NetworkingUtils* utils, int level) noexcept {
    abi::ESteamNetworkingSocketsDebugOutputType type{};
    write_enum(type, level);
    utils->SetDebugOutputFunction(type, level != 0 ? &on_output : nullptr);
}

void SteamLog::say(uint16_t flag, int level, const char* text) noexcept {
    const size_t size = strnlen(text, kMostBytes);
    const bool has_room = waiting_.fetch_add(1, std::memory_order_relaxed) < kMostLines;
    auto* line = has_room ? static_cast<Line*>(std::malloc(sizeof(Line) + size)) : nullptr;
    if (line == nullptr) {
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    line->level = level;
    line->flag = flag;
    line->size = static_cast<uint32_t>(size);
    std::memcpy(line->text(), text, size);
    lines_.push(line);
}

void SteamLog::flush(EventQueue& queue) noexcept {
    for (Line* line = lines_.take(); line != nullptr;) {
        Line* next = line->next;
        queue.push(0, line->flag, static_cast<uint32_t>(line->level), line->text(), line->size);
        std::free(line);
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        line = next;
    }
    if (const uint32_t dropped = dropped_.exchange(0, std::memory_order_relaxed)) {
        char text[64];
        const int size = std::snprintf(text, sizeof(text), "%u more lines were dropped", dropped);
        queue.push(0, kNetworkText, abi::k_ESteamNetworkingSocketsDebugOutputType_Warning, text,
                   static_cast<uint32_t>(size));
    }
}

void SteamLog::clear() noexcept {
    for (Line* line = lines_.take(); line != nullptr;) {
        Line* next = line->next;
        std::free(line);
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        line = next;
    }
    dropped_.store(0, std::memory_order_relaxed);
}

void SteamLog::strand() noexcept {
    lines_.strand();
    waiting_.store(0, std::memory_order_relaxed);
    dropped_.store(0, std::memory_order_relaxed);
}

}  // namespace steamgs
