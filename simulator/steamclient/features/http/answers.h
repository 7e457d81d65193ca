// What servers of HTTP answer, by address. All others are not there.
#pragma once

#include <steamgs/slots/isteamhttp.h>

#include <map>
#include <string>
#include <vector>

#include "kernel/world.h"

namespace steamgs::simulator {

enum class HttpFailure {
    none,
    no_response,  // the host is not reached
    certificate,  // it can't prove who it is
    timeout,      // it says nothing
};

struct HttpAnswer {
    uint32 status = 0;
    std::vector<std::string> headers;  // "Name: value"
    std::string body;
    uint32 pieces = 1;   // how many the body comes in, spread evenly
    double delay = 0.0;  // seconds until all of it has come
    HttpFailure failure = HttpFailure::no_response;
};

// They outlive the servers that come and go.
class HttpAnswers final : public Feature {
  public:
    explicit HttpAnswers(World&) {}

    void set(const std::string& url, HttpAnswer answer);
    HttpAnswer of(const std::string& url) const;

  private:
    std::map<std::string, HttpAnswer> all_;
};

}  // namespace steamgs::simulator
