#include "features/workshop/folder.h"

#include <filesystem>
#include <fstream>

namespace steamgs::simulator {

namespace {

namespace fs = std::filesystem;

constexpr char kFile[] = "content.bin";

// Zeros behind the text take no room on the disk, where the file system can do that.
bool write_content(const fs::path& path, const WorkshopItem& item) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(item.text.data(), static_cast<std::streamsize>(item.text.size()));
    if (item.size > item.text.size()) {
        file.seekp(static_cast<std::streamoff>(item.size - 1));
        file.put('\0');
    }
    file.close();
    return file.good();
}

}  // namespace

WorkshopFolder::WorkshopFolder(const std::string& path, AppId_t app_id)
    : root_(fs::u8path(path) / "steamapps" / "workshop" / "content" / std::to_string(app_id)),
      list_(fs::u8path(path) / "steamapps" / "workshop" /
            ("appworkshop_" + std::to_string(app_id) + ".txt")) {
    read();
}

fs::path WorkshopFolder::path_of(uint64 item) const { return root_ / std::to_string(item); }

std::string WorkshopFolder::told(uint64 item) const {
    const auto found = all_.find(item);
    const bool legacy = found != all_.end() && found->second.legacy;
    return (legacy ? path_of(item) / kFile : path_of(item)).u8string();
}

const WorkshopFolder::Installed* WorkshopFolder::find(uint64 item) const {
    const auto found = all_.find(item);
    std::error_code error;
    const bool there = found != all_.end() && fs::is_directory(path_of(item), error);
    return there ? &found->second : nullptr;
}

uint64 WorkshopFolder::used() const {
    uint64 bytes = 0;
    for (const auto& entry : all_) {
        bytes += entry.second.size;
    }
    return bytes;
}

bool WorkshopFolder::install(uint64 item, const WorkshopItem& content) {
    std::error_code error;
    const fs::path path = path_of(item);
    fs::remove_all(path, error);
    fs::create_directories(path, error);
    if (error || !write_content(path / kFile, content)) {
        return false;
    }
    all_[item] = {content.manifest, content.size, content.updated, content.legacy};
    return write();
}

bool WorkshopFolder::remove(uint64 item) {
    std::error_code error;
    fs::remove_all(path_of(item), error);
    return all_.erase(item) != 0 && write();
}

void WorkshopFolder::read() {
    std::ifstream file(list_);
    uint64 item = 0;
    Installed installed{};
    while (file >> item >> installed.manifest >> installed.size >> installed.updated >>
           installed.legacy) {
        all_[item] = installed;
    }
}

bool WorkshopFolder::write() const {
    std::ofstream file(list_, std::ios::trunc);
    for (const auto& [item, installed] : all_) {
        file << item << ' ' << installed.manifest << ' ' << installed.size << ' '
             << installed.updated << ' ' << installed.legacy << '\n';
    }
    file.close();
    return file.good();
}

}  // namespace steamgs::simulator
