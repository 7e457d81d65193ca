// Objects that register themselves when the library is loaded, such as the features of the
// simulated Steam. To add one, add its file.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace steamgs::simulator {

// A base of T, whose objects live as long as the library and have a `name`.
template <class T>
class Registered {
  public:
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

    // In the order of their names, because the order of loading depends on the linker.
    static const std::vector<const T*>& all() {
        static const std::vector<const T*> in_order = [] {
            std::vector<const T*> all = loaded();
            std::sort(all.begin(), all.end(),
                      [](const T* a, const T* b) { return std::string(a->name) < b->name; });
            return all;
        }();
        return in_order;
    }
    static const T* find(const std::string& name) {
        for (const T* one : all()) {
            if (one->name == name) {
                return one;
            }
        }
        return nullptr;
    }
    static std::vector<std::string> names() {
        std::vector<std::string> names;
        for (const T* one : all()) {
            names.push_back(one->name);
        }
        return names;
    }

  protected:
    Registered() { loaded().push_back(static_cast<const T*>(this)); }
    ~Registered() = default;

  private:
    static std::vector<const T*>& loaded() {
        static std::vector<const T*> all;
        return all;
    }
};

}  // namespace steamgs::simulator
