#include "features/http/requests.h"

#include <algorithm>
#include <limits>

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<HttpRequests> kFeature("http_requests");

const Behaviour kDoubled = {"http_doubled",
                            "the headers and the pieces of a response are told of twice"};
const Behaviour kLate = {"http_late",
                         "pieces of a response are told of though the request was released"};

constexpr size_t kMostNoted = 100;
constexpr size_t kMostNotedBytes = 65536;

std::string lower(std::string text) {
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return text;
}

std::string host_of(const std::string& url) {
    const size_t begin = url.find("://") + 3;
    return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

// A header's value, if it has this name, which is in lower case.
bool value_of(const std::string& header, const std::string& name, std::string& value) {
    const size_t colon = header.find(':');
    if (colon == std::string::npos || lower(header.substr(0, colon)) != name) {
        return false;
    }
    const size_t begin = header.find_first_not_of(' ', colon + 1);
    value = begin == std::string::npos ? "" : header.substr(begin);
    return true;
}

std::string pairs(const std::vector<std::pair<std::string, std::string>>& all) {
    json::Object out;
    for (const auto& [name, value] : all) {
        out.text(name.c_str(), value);
    }
    return out.done();
}

std::string texts(const std::vector<std::string>& all) {
    json::List out;
    for (const std::string& text : all) {
        out.add(json::quoted(text));
    }
    return out.done();
}

}  // namespace

abi::HTTPRequestHandle HttpRequests::create(abi::EHTTPMethod method, const char* url) {
    const std::string address = url != nullptr ? lower(url) : "";
    const bool known = address.rfind("http://", 0) == 0 || address.rfind("https://", 0) == 0;
    if (!known || method < abi::k_EHTTPMethodGET || method > abi::k_EHTTPMethodPATCH) {
        return INVALID_HTTPREQUEST_HANDLE;
    }
    HttpRequest& request = all_[++last_];
    request.method = method;
    request.url = url;
    return last_;
}

HttpRequest* HttpRequests::find(abi::HTTPRequestHandle handle) {
    const auto found = all_.find(handle);
    return found != all_.end() ? &found->second : nullptr;
}

HttpRequest* HttpRequests::unsent(abi::HTTPRequestHandle handle) {
    HttpRequest* request = find(handle);
    return request != nullptr && !request->sent ? request : nullptr;
}

bool HttpRequests::send(abi::HTTPRequestHandle handle, bool streamed, SteamAPICall_t* call) {
    HttpRequest* request = unsent(handle);
    if (request == nullptr || call == nullptr) {
        return false;
    }
    request->sent = true;
    request->streamed = streamed;
    request->answer = answers_.of(request->url);
    note(*request);
    *call = calls_.begin();
    backend_.schedule(kCallLatency, [this, handle, begun = *call] { schedule(handle, begun); });
    return true;
}

void HttpRequests::note(const HttpRequest& request) {
    json::Object out;
    out.number("method", static_cast<uint64>(request.method))
        .text("url", request.url)
        .raw("headers", pairs(request.headers))
        .raw("parameters", pairs(request.parameters))
        .text("content_type", request.content_type)
        .text("body", request.body.substr(0, kMostNotedBytes))
        .text("user_agent", request.user_agent)
        .raw("cookies", texts(cookies_.of(request.cookies, host_of(request.url))))
        .number("network_timeout", request.network_timeout)
        .number("absolute_timeout_ms", request.timeout)
        .flag("verify_certificate", request.verify);
    sent_.push_back(out.done());
    if (sent_.size() > kMostNoted) {
        sent_.pop_front();
    }
}

HttpRequests::End HttpRequests::end_of(const HttpRequest& request) {
    const HttpAnswer& answer = request.answer;
    const double never = std::numeric_limits<double>::infinity();
    const double idle = request.network_timeout;
    const double limit = request.timeout != 0 ? request.timeout / 1000.0 : never;
    const bool silent = answer.failure == HttpFailure::timeout;
    const double gap = silent ? never : answer.delay / answer.pieces;
    const double late = std::min(gap > idle ? idle : never, limit);
    if (silent || answer.delay > late) {
        return {late, false, true};
    }
    const bool trusted = answer.failure == HttpFailure::certificate && !request.verify;
    return {answer.delay, answer.failure == HttpFailure::none || trusted, false};
}

void HttpRequests::schedule(abi::HTTPRequestHandle handle, SteamAPICall_t call) {
    HttpRequest* request = find(handle);
    if (request == nullptr) {
        finish(handle, call, {0.0, false, false});
        return;
    }
    const HttpAnswer& answer = request->answer;
    const End end = end_of(*request);
    for (uint32 piece = 1; end.response || end.timed_out; ++piece) {
        const double when = answer.delay * piece / answer.pieces;
        if (piece > answer.pieces || when > end.after || answer.failure == HttpFailure::timeout) {
            break;
        }
        backend_.schedule_after(when, [this, handle, piece] { receive(handle, piece); });
    }
    backend_.schedule_after(end.after, [this, handle, call, end] { finish(handle, call, end); });
}

void HttpRequests::receive(abi::HTTPRequestHandle handle, uint32 piece) {
    HttpRequest* request = find(handle);
    if (request == nullptr) {
        if (backend_.behaviours.has(kLate)) {
            backend_.post(abi::HTTPRequestDataReceived_t{handle, 0, 0, 1});
        }
        return;
    }
    const size_t before = request->received;
    request->received = request->answer.body.size() * piece / request->answer.pieces;
    for (int times = backend_.behaviours.has(kDoubled) ? 2 : 1; times > 0; --times) {
        tell(*request, handle, static_cast<uint32>(before),
             static_cast<uint32>(request->received - before));
    }
    request->begun = true;
}

void HttpRequests::tell(const HttpRequest& request, abi::HTTPRequestHandle handle, uint32 offset,
                        uint32 size) {
    if (!request.streamed) {
        return;
    }
    if (!request.begun) {
        backend_.post(abi::HTTPRequestHeadersReceived_t{handle, request.context});
    }
    if (size != 0) {
        backend_.post(abi::HTTPRequestDataReceived_t{handle, request.context, offset, size});
    }
}

void HttpRequests::finish(abi::HTTPRequestHandle handle, SteamAPICall_t call, const End& end) {
    abi::HTTPRequestCompleted_t answer{};
    answer.m_hRequest = handle;
    if (HttpRequest* request = find(handle)) {
        request->complete = end.response;
        request->timed_out = end.timed_out;
        answer.m_ulContextValue = request->context;
        if (end.response) {
            answer.m_bRequestSuccessful = true;
            answer.m_eStatusCode = static_cast<abi::EHTTPStatusCode>(request->answer.status);
            answer.m_unBodySize = static_cast<uint32>(request->answer.body.size());
            std::string cookie;
            for (const std::string& header : request->answer.headers) {
                if (value_of(header, "set-cookie", cookie)) {
                    cookies_.take(request->cookies, host_of(request->url), cookie);
                }
            }
        }
    }
    calls_.complete(call, answer);
}

void HttpRequests::reset() {
    handles_.forget(all_);
    sent_.clear();
}

void HttpRequests::describe(json::Object& out) const {
    json::List sent;
    for (const std::string& one : sent_) {
        sent.add(one);
    }
    out.number("http_requests", all_.size()).raw("http_sent", sent.done());
}

bool response_header(const HttpRequest& request, const std::string& name, std::string& value) {
    const std::string wanted = lower(name);
    const auto& headers = request.answer.headers;
    return request.begun && std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
               return value_of(header, wanted, value);
           });
}

}  // namespace steamgs::simulator
