#include "core/listeners.h"

#include <algorithm>

namespace steamgs {

void CallResults::collect_answered() {
    // Only when most are answered, so that a call costs constant time however many are waiting.
    if (answered_ * 2 < waiting_.size() || answered_ == 0) {
        return;
    }
    waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(),
                                  [](const auto& listener) { return listener->answered; }),
                   waiting_.end());
    answered_ = 0;
}

}  // namespace steamgs
