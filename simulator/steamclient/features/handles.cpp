#include "features/handles.h"

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Handles> kFeature("handles");

}  // namespace

void Handles::describe(json::Object& out) const {
    out.number("wrong_releases", wrong_).number("left_handles", left_);
}

}  // namespace steamgs::simulator
