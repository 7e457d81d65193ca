// Containers of cookies for requests of HTTP.
#pragma once

#include <steamgs/slots/isteamhttp.h>

#include <map>
#include <string>
#include <vector>

#include "features/handles.h"

namespace steamgs::simulator {

class CookieContainers final : public Feature {
  public:
    explicit CookieContainers(World& world) : handles_(world.get<Handles>()) {}

    abi::HTTPCookieContainerHandle create(bool from_responses) {
        all_[++last_] = {from_responses, {}};
        return last_;
    }
    bool release(abi::HTTPCookieContainerHandle handle) { return handles_.release(all_, handle); }
    bool has(abi::HTTPCookieContainerHandle handle) const { return all_.count(handle) != 0; }
    bool set(abi::HTTPCookieContainerHandle handle, const std::string& host,
             const std::string& cookie);
    // A response wants one kept.
    void take(abi::HTTPCookieContainerHandle handle, const std::string& host,
              const std::string& cookie);
    std::vector<std::string> of(abi::HTTPCookieContainerHandle handle,
                                const std::string& host) const;
    void reset() override { handles_.forget(all_); }
    void describe(json::Object& out) const override;

  private:
    struct Cookie {
        std::string host, text;
    };
    struct Container {
        bool from_responses;
        std::vector<Cookie> cookies;
    };

    Handles& handles_;
    std::map<abi::HTTPCookieContainerHandle, Container> all_;
    abi::HTTPCookieContainerHandle last_ = 0;
};

}  // namespace steamgs::simulator
