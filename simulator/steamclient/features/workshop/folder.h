// The folder of a game server into which workshop items are downloaded.
#pragma once

#include <filesystem>
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
        bool legacy;
    };

    // Texts are UTF-8, also where the system's own paths are not.
    WorkshopFolder(const std::string& path, AppId_t app_id);

    // NULL if it is not there, or somebody has removed its folder.
    const Installed* find(uint64 item) const;
    // What Steam says of where it is: its folder, or its only file.
    std::string told(uint64 item) const;
    uint64 used() const;
    // Replaces what is there; false if the file system refuses.
    bool install(uint64 item, const WorkshopItem& content);
    bool remove(uint64 item);

  private:
    std::filesystem::path path_of(uint64 item) const;
    void read();
    bool write() const;

    const std::filesystem::path root_;
    const std::filesystem::path list_;
    std::map<uint64, Installed> all_;
};

}  // namespace steamgs::simulator
