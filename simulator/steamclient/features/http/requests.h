// A game server's requests of HTTP, which the canned answers are given to.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "features/handles.h"
#include "features/http/answers.h"
#include "features/http/cookies.h"
#include "kernel/calls.h"

namespace steamgs::simulator {

struct HttpRequest {
    abi::EHTTPMethod method = abi::k_EHTTPMethodInvalid;
    std::string url;
    uint64 context = 0;
    std::vector<std::pair<std::string, std::string>> headers, parameters;
    std::string content_type, body, user_agent;
    abi::HTTPCookieContainerHandle cookies = 0;  // 0 for none
    uint32 network_timeout = 60;                 // seconds
    uint32 timeout = 0;                          // milliseconds; 0 for none
    bool verify = true;

    bool sent = false, streamed = false;
    bool begun = false;     // the headers are there
    bool complete = false;  // so is the body
    bool timed_out = false;
    size_t received = 0;  // bytes of the body
    HttpAnswer answer;
};

class HttpRequests final : public Feature {
  public:
    explicit HttpRequests(World& world)
        : backend_(world.backend),
          calls_(world.calls),
          handles_(world.get<Handles>()),
          answers_(world.get<HttpAnswers>()),
          cookies_(world.get<CookieContainers>()) {}

    abi::HTTPRequestHandle create(abi::EHTTPMethod method, const char* url);
    // NULL if it is not known, or released.
    HttpRequest* find(abi::HTTPRequestHandle handle);
    // NULL as well if it was sent.
    HttpRequest* unsent(abi::HTTPRequestHandle handle);
    bool send(abi::HTTPRequestHandle handle, bool streamed, SteamAPICall_t* call);
    bool release(abi::HTTPRequestHandle handle) { return handles_.release(all_, handle); }
    void reset() override;
    void describe(json::Object& out) const override;

  private:
    // How it will end: when, counted from the first byte that is sent, and whether with a response.
    struct End {
        double after;
        bool response, timed_out;
    };

    static End end_of(const HttpRequest& request);
    void note(const HttpRequest& request);
    void schedule(abi::HTTPRequestHandle handle, SteamAPICall_t call);
    void receive(abi::HTTPRequestHandle handle, uint32 piece);
    void tell(const HttpRequest& request, abi::HTTPRequestHandle handle, uint32 offset,
              uint32 size);
    void finish(abi::HTTPRequestHandle handle, SteamAPICall_t call, const End& end);

    Backend& backend_;
    CallResults& calls_;
    Handles& handles_;
    HttpAnswers& answers_;
    CookieContainers& cookies_;
    std::map<abi::HTTPRequestHandle, HttpRequest> all_;
    std::deque<std::string> sent_;  // the last ones, described
    abi::HTTPRequestHandle last_ = 0;
};

// A header of the response; false if it has none, or has not come.
bool response_header(const HttpRequest& request, const std::string& name, std::string& value);

}  // namespace steamgs::simulator
