#include "features/http/cookies.h"

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<CookieContainers> kFeature("http_cookies");

}  // namespace

bool CookieContainers::set(abi::HTTPCookieContainerHandle handle, const std::string& host,
                           const std::string& cookie) {
    const auto found = all_.find(handle);
    if (found == all_.end() || host.empty() || cookie.find('=') == std::string::npos) {
        return false;
    }
    found->second.cookies.push_back({host, cookie});
    return true;
}

void CookieContainers::take(abi::HTTPCookieContainerHandle handle, const std::string& host,
                            const std::string& cookie) {
    const auto found = all_.find(handle);
    if (found != all_.end() && found->second.from_responses) {
        set(handle, host, cookie);
    }
}

std::vector<std::string> CookieContainers::of(abi::HTTPCookieContainerHandle handle,
                                              const std::string& host) const {
    std::vector<std::string> texts;
    const auto found = all_.find(handle);
    if (found != all_.end()) {
        for (const Cookie& cookie : found->second.cookies) {
            if (cookie.host == host) {
                texts.push_back(cookie.text);
            }
        }
    }
    return texts;
}

void CookieContainers::describe(json::Object& out) const {
    out.number("cookie_containers", all_.size());
}

}  // namespace steamgs::simulator
