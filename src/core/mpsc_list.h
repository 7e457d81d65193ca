// A list that many threads add to, and one takes whole. Nobody waits for anybody.
#pragma once

#include <atomic>

namespace steamgs {

// A node has a member `next`, and is the list's from push() to take().
template <class Node>
class MpscList {
  public:
    // Whether it was empty.
    bool push(Node* node) noexcept {
        Node* before = newest_.load(std::memory_order_relaxed);
        do {
            node->next = before;
        } while (!newest_.compare_exchange_weak(before, node, std::memory_order_release,
                                                std::memory_order_relaxed));
        return before == nullptr;
    }
    // All of them, oldest first; NULL for none.
    Node* take() noexcept {
        Node* newest = newest_.exchange(nullptr, std::memory_order_acquire);
        Node* oldest = nullptr;
        while (newest != nullptr) {
            Node* before = newest->next;
            newest->next = oldest;
            oldest = newest;
            newest = before;
        }
        return oldest;
    }
    bool empty() const noexcept { return newest_.load(std::memory_order_relaxed) == nullptr; }
    // In a forked child: what is in here is the parent's.
    void strand() noexcept { newest_.store(nullptr, std::memory_order_relaxed); }

  private:
    std::atomic<Node*> newest_{nullptr};
};

}  // namespace steamgs
