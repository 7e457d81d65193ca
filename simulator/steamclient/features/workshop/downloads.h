// A game server's copies of workshop items: how they are downloaded, and where they are.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "features/browser.h"
#include "features/logon.h"
#include "features/workshop/folder.h"
#include "features/workshop/items.h"

namespace steamgs::simulator {

class Downloads final : public Feature {
  public:
    explicit Downloads(World& world)
        : backend_(world.backend),
          logon_(world.get<Logon>()),
          browser_(world.get<ServerBrowser>()),
          items_(world.get<WorkshopItems>()) {}

    // What ISteamUGC calls.
    bool init(const std::string& folder);
    // `larger`: whether the server is told of an installation as newer versions of ISteamUGC do.
    bool download(uint64 item, bool high_priority, bool larger);
    uint32 state(uint64 item) const;
    bool install_info(uint64 item, uint64& size, std::string& folder, uint32& updated) const;
    bool download_info(uint64 item, uint64& done, uint64& total) const;
    void suspend(bool suspended);
    bool forget(uint64 item);
    void reset() override;
    void describe(json::Object& out) const override;

    // What the control of the simulator calls. A rate of 0 bytes a second has no limit.
    void set_rate(double rate);
    void set_disk(uint64 bytes) { disk_ = bytes; }
    void fail_next(EResult result, uint64 item, int times) { failing_ = {result, item, times}; }

  private:
    // The one item at a time that is on its way.
    struct Transfer {
        uint64 item;
        uint64 manifest;
        uint64 done, total;
        double since;
    };
    struct Failing {
        EResult result;
        uint64 item;  // 0 for any
        int times;
    };

    bool waits(uint64 item) const;
    uint64 done(const Transfer& transfer) const;
    void pause();
    void go_on();
    void begin(uint64 item);
    void arrive();
    EResult outcome(const Transfer& transfer);
    void finish(uint64 item, EResult result);
    void tell_installed(uint64 item, uint64 manifest);

    Backend& backend_;
    Logon& logon_;
    ServerBrowser& browser_;
    WorkshopItems& items_;
    std::optional<WorkshopFolder> folder_;
    std::optional<Transfer> active_;
    std::deque<uint64> waiting_;
    std::map<uint64, uint64> partial_;  // bytes of items that have come, and are not all
    uint64 turn_ = 0;                   // what was scheduled before the last change is void
    bool suspended_ = false;
    bool larger_ = true;
    double rate_ = 0.0;
    uint64 disk_ = ~uint64{0};
    Failing failing_ = {k_EResultOK, 0, 0};
};

}  // namespace steamgs::simulator
