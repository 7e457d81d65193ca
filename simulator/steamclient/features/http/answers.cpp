#include "features/http/answers.h"

#include <algorithm>
#include <utility>

#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<HttpAnswers> kFeature("http_answers");

}  // namespace

void HttpAnswers::set(const std::string& url, HttpAnswer answer) { all_[url] = std::move(answer); }

HttpAnswer HttpAnswers::of(const std::string& url) const {
    const auto found = all_.find(url);
    return found != all_.end() ? found->second : HttpAnswer{};
}

namespace {

constexpr Text kUrl = {1, 1024};
constexpr Text kHeader = {1, 4096};
constexpr Text kBody = {0, 65536};
constexpr Whole kStatus = {"a status of HTTP", 100, 599};
constexpr Whole kSize = {"a number of bytes", 0, int64_t{1} << 26};
constexpr Whole kPieces = {"a number of pieces", 1, 1000};
const Choice<HttpFailure> kFailures = {{{"no_response", HttpFailure::no_response},
                                        {"certificate", HttpFailure::certificate},
                                        {"timeout", HttpFailure::timeout}}};

struct Answer {
    std::string url;
    uint32 status = 200;
    std::vector<std::string> headers;
    std::string body;
    size_t size;
    uint32 pieces = 1;
    double delay;
    HttpFailure failure = HttpFailure::none;
};

const CommandOf<Answer> kSetHttpAnswer = {
    "set_http_answer",
    "Sets what the server gets for an address of HTTP; at first nobody answers.",
    [] {
        return std::vector{
            field("url", &Answer::url, kUrl, "the address, without parameters that Steam adds",
                  Presence::required),
            field("status", &Answer::status, kStatus, "200 if missing"),
            field("headers", &Answer::headers, kHeader, "those of the response, as 'Name: value'"),
            field("body", &Answer::body, kBody, "what the body begins with"),
            field("size", &Answer::size, kSize, "of the body; that of 'body' if missing"),
            field("pieces", &Answer::pieces, kPieces, "how many it comes in; 1 if missing"),
            field("delay", &Answer::delay, kSeconds, "until all of it has come"),
            field("failure", &Answer::failure, kFailures, "why there is no response instead"),
        };
    },
    [](World& world, const Answer& row) {
        HttpAnswer answer;
        answer.status = row.status;
        answer.headers = row.headers;
        answer.body = row.body;
        answer.body.resize(std::max(row.size, row.body.size()), '\0');
        answer.pieces = row.pieces;
        answer.delay = row.delay;
        answer.failure = row.failure;
        world.get<HttpAnswers>().set(row.url, std::move(answer));
    },
    {"http_answer", true, "answer of HTTP", "url"}};

}  // namespace

}  // namespace steamgs::simulator
