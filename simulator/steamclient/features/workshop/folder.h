// The folder of a game server into which workshop items are downloaded.
#pragma once

#include <map>
#include <string>

#include "features/workshop/items.h"

namespace steamgs::simulator {

// Which items are complete stands in a file in the folder, so that another process finds them too.
class WorkshopFolder {
  public:
    struct Installed {
        uint64 manifest;
        uint64 size;
        uint32 updated;
    };

    WorkshopFolder(const std::string& path, AppId_t app_id);

    // NULL if it is not there, or somebody has removed its folder.
    const Installed* find(uint64 item) const;
    std::string path_of(uint64 item) const;
    uint64 used() const;
    // Replaces what is there; false if the file system refuses.
    bool install(uint64 item, const WorkshopItem& content);
    bool remove(uint64 item);

  private:
    void read();
    bool write() const;

    const std::string root_;
    const std::string list_;
    std::map<uint64, Installed> all_;
};

}  // namespace steamgs::simulator
