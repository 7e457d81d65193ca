#include "kernel/world.h"

#include "kernel/json.h"
#include "kernel/stay_loaded.h"

namespace steamgs::simulator {

namespace {

std::atomic<World*> armed{nullptr};

}  // namespace

World::World(uint64 seed, bool manual_clock) : backend(seed, manual_clock), calls(backend) {
    for (const FeatureKind* kind : FeatureKind::all()) {
        feature(kind->type);
    }
}

World::~World() {
    while (!features_.empty()) {
        features_.pop_back();
    }
}

size_t World::next_index() {
    static std::atomic<size_t> next{0};
    return next++;
}

Feature& World::feature(std::type_index type) {
    const auto found = feature_of_.find(type);
    if (found != feature_of_.end()) {
        return *found->second;
    }
    // Only while the world is made: then a feature may ask for another that is not there yet.
    for (const FeatureKind* kind : FeatureKind::all()) {
        if (kind->type == type) {
            std::unique_ptr<Feature> made = kind->make(*this);
            feature_of_[type] = made.get();
            features_.push_back(std::move(made));
            break;
        }
    }
    return *feature_of_.at(type);
}

void World::server_starts() {
    server_goes();
    has_server_ = true;
    for (const auto& feature : features_) {
        feature->server_starts();
    }
}

void World::server_goes() {
    has_server_ = false;
    backend.forget_scheduled();
    backend.queue.discard();
    calls.reset();
    for (const auto& feature : features_) {
        feature->reset();
    }
    warning_hook.store(nullptr);
}

bool World::next_callback(CallbackMsg_t* message) {
    const Record* record = backend.queue.next();
    if (record == nullptr) {
        if (CallbackSource* asked = source.load()) {
            asked->run_callbacks();
        }
        if (backend.something_due()) {
            std::lock_guard<std::mutex> lock(mutex);
            backend.run_due();
        }
        record = backend.queue.take() ? backend.queue.next() : nullptr;
    }
    if (record == nullptr) {
        return false;
    }
    message->m_hSteamUser = 1;
    message->m_iCallback = record->kind;
    message->m_pubParam = static_cast<uint8*>(const_cast<void*>(record->payload()));
    message->m_cubParam = static_cast<int>(record->payload_size());
    return true;
}

void World::report_not_simulated(const char* method) {
    {
        std::lock_guard<std::mutex> lock(mutex);
        if (!not_simulated_.insert(method).second) {
            return;
        }
    }
    warn(1, (std::string("the simulator does not simulate ") + method).c_str());
}

void World::warn(int severity, const char* text) {
    if (auto hook = warning_hook.load()) {
        hook(severity, text);
    }
}

std::string World::describe() const {
    json::List not_simulated;
    for (const std::string& method : not_simulated_) {
        not_simulated.add(json::quoted(method));
    }
    json::Object object;
    object.flag("running", has_server_)
        .number("scheduled", backend.scheduled())
        .raw("not_simulated", not_simulated.done());
    for (const auto& feature : features_) {
        feature->describe(object);
    }
    return object.done();
}

World* armed_world() noexcept { return armed.load(std::memory_order_acquire); }

void arm(World* world) noexcept {
    if (world != nullptr) {
        stay_loaded();
    }
    armed.store(world, std::memory_order_release);
}

}  // namespace steamgs::simulator
