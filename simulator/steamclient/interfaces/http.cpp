// ISteamHTTP: requests of a game server.
#include <steamgs/slots/isteamhttp.h>

#include <cstring>
#include <string>
#include <utility>

#include "features/http/requests.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

using Request = abi::HTTPRequestHandle;
using Cookies = abi::HTTPCookieContainerHandle;

template <class Slots>
class Http final : public Slots {
  public:
    Request CreateHTTPRequest(abi::EHTTPMethod method, const char* url) override {
        return LockedFeature<HttpRequests>()->create(method, url);
    }
    bool ReleaseHTTPRequest(Request handle) override {
        return LockedFeature<HttpRequests>()->release(handle);
    }

    bool SetHTTPRequestContextValue(Request handle, uint64 value) override {
        return change(handle, [=](HttpRequest& request) { request.context = value; });
    }
    bool SetHTTPRequestNetworkActivityTimeout(Request handle, uint32 seconds) override {
        return change(handle, [=](HttpRequest& request) { request.network_timeout = seconds; });
    }
    bool SetHTTPRequestAbsoluteTimeoutMS(Request handle, uint32 milliseconds) override {
        return change(handle, [=](HttpRequest& request) { request.timeout = milliseconds; });
    }
    bool SetHTTPRequestRequiresVerifiedCertificate(Request handle, bool required) override {
        return change(handle, [=](HttpRequest& request) { request.verify = required; });
    }
    bool SetHTTPRequestUserAgentInfo(Request handle, const char* info) override {
        return info != nullptr &&
               change(handle, [=](HttpRequest& request) { request.user_agent = info; });
    }
    bool SetHTTPRequestHeaderValue(Request handle, const char* name, const char* value) override {
        return name != nullptr && value != nullptr && change(handle, [=](HttpRequest& request) {
                   request.headers.emplace_back(name, value);
               });
    }
    bool SetHTTPRequestGetOrPostParameter(Request handle, const char* name,
                                          const char* value) override {
        Locked world;
        HttpRequest* request = world->get<HttpRequests>().unsent(handle);
        if (request == nullptr || name == nullptr || value == nullptr || has_body(*request)) {
            return false;
        }
        request->parameters.emplace_back(name, value);
        return true;
    }
    bool SetHTTPRequestRawPostBody(Request handle, const char* content_type, uint8* body,
                                   uint32 size) override {
        Locked world;
        HttpRequest* request = world->get<HttpRequests>().unsent(handle);
        if (request == nullptr || content_type == nullptr || (body == nullptr && size != 0) ||
            !takes_body(*request) || !request->parameters.empty()) {
            return false;
        }
        request->content_type = content_type;
        request->body.assign(reinterpret_cast<const char*>(body), size);
        return true;
    }

    bool SendHTTPRequest(Request handle, SteamAPICall_t* call) override {
        return LockedFeature<HttpRequests>()->send(handle, false, call);
    }
    bool SendHTTPRequestAndStreamResponse(Request handle, SteamAPICall_t* call) override {
        return LockedFeature<HttpRequests>()->send(handle, true, call);
    }
    bool DeferHTTPRequest(Request handle) override { return sent(handle); }
    bool PrioritizeHTTPRequest(Request handle) override { return sent(handle); }
    bool GetHTTPDownloadProgressPct(Request handle, float* percent) override {
        Locked world;
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        if (request == nullptr || percent == nullptr || !request->begun) {
            return false;
        }
        const size_t size = request->answer.body.size();
        *percent = size == 0 ? 100.0F
                             : static_cast<float>(100.0 * static_cast<double>(request->received) /
                                                  static_cast<double>(size));
        return true;
    }
    bool GetHTTPRequestWasTimedOut(Request handle, bool* timed_out) override {
        Locked world;
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        if (request == nullptr || timed_out == nullptr) {
            return false;
        }
        *timed_out = request->timed_out;
        return true;
    }

    bool GetHTTPResponseHeaderSize(Request handle, const char* name, uint32* size) override {
        std::string value;
        if (size == nullptr || !header(handle, name, value)) {
            return false;
        }
        *size = static_cast<uint32>(value.size()) + 1;
        return true;
    }
    bool GetHTTPResponseHeaderValue(Request handle, const char* name, uint8* out,
                                    uint32 size) override {
        std::string value;
        if (out == nullptr || !header(handle, name, value) || value.size() >= size) {
            return false;
        }
        std::memcpy(out, value.c_str(), value.size() + 1);
        return true;
    }
    bool GetHTTPResponseBodySize(Request handle, uint32* size) override {
        Locked world;
        const HttpRequest* request = whole(world, handle);
        if (request == nullptr || size == nullptr) {
            return false;
        }
        *size = static_cast<uint32>(request->answer.body.size());
        return true;
    }
    bool GetHTTPResponseBodyData(Request handle, uint8* out, uint32 size) override {
        Locked world;
        const HttpRequest* request = whole(world, handle);
        if (request == nullptr || out == nullptr || size != request->answer.body.size()) {
            return false;
        }
        std::memcpy(out, request->answer.body.data(), size);
        return true;
    }
    bool GetHTTPStreamingResponseBodyData(Request handle, uint32 offset, uint8* out,
                                          uint32 size) override {
        Locked world;
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        if (request == nullptr || out == nullptr || !request->streamed ||
            uint64{offset} + size > request->received) {
            return false;
        }
        std::memcpy(out, request->answer.body.data() + offset, size);
        return true;
    }

    Cookies CreateCookieContainer(bool from_responses) override {
        return LockedFeature<CookieContainers>()->create(from_responses);
    }
    bool ReleaseCookieContainer(Cookies cookies) override {
        return LockedFeature<CookieContainers>()->release(cookies);
    }
    bool SetCookie(Cookies cookies, const char* host, const char* url,
                   const char* cookie) override {
        return host != nullptr && url != nullptr && cookie != nullptr &&
               LockedFeature<CookieContainers>()->set(cookies, host, cookie);
    }
    bool SetHTTPRequestCookieContainer(Request handle, Cookies cookies) override {
        Locked world;
        HttpRequest* request = world->get<HttpRequests>().unsent(handle);
        if (request == nullptr || !world->get<CookieContainers>().has(cookies)) {
            return false;
        }
        request->cookies = cookies;
        return true;
    }

  private:
    template <class Change>
    static bool change(Request handle, Change change) {
        Locked world;
        HttpRequest* request = world->get<HttpRequests>().unsent(handle);
        if (request != nullptr) {
            change(*request);
        }
        return request != nullptr;
    }
    static bool sent(Request handle) {
        Locked world;
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        return request != nullptr && request->sent;
    }
    static bool takes_body(const HttpRequest& request) {
        return request.method == abi::k_EHTTPMethodPOST ||
               request.method == abi::k_EHTTPMethodPUT || request.method == abi::k_EHTTPMethodPATCH;
    }
    static bool has_body(const HttpRequest& request) {
        return !request.body.empty() || !request.content_type.empty();
    }
    static bool header(Request handle, const char* name, std::string& value) {
        Locked world;
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        return request != nullptr && name != nullptr && response_header(*request, name, value);
    }
    // A response that has come, and that was not streamed.
    static const HttpRequest* whole(Locked& world, Request handle) {
        const HttpRequest* request = world->get<HttpRequests>().find(handle);
        return request != nullptr && request->complete && !request->streamed ? request : nullptr;
    }
};

const EveryVersion<Http, slots::EveryISteamHTTP> kInterface;

}  // namespace

}  // namespace steamgs::simulator
