// Frames: how calls and their answers are written on a stream. Each has its length in front;
// numbers are little-endian.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace steamgs::simulator::networking {

// A message of the largest size, and what goes with it.
constexpr uint32_t kLongestFrame = 512 * 1024 + 1024;

class FrameWriter {
  public:
    template <class T>
    FrameWriter& number(T value) {
        static_assert(std::is_integral_v<T>);
        auto rest = static_cast<std::make_unsigned_t<T>>(value);
        for (size_t i = 0; i < sizeof(T); ++i) {
            body_ += static_cast<char>(rest & 0xff);
            rest = static_cast<std::make_unsigned_t<T>>(sizeof(T) > 1 ? rest >> 8 : 0);
        }
        return *this;
    }
    FrameWriter& real(double value) {
        uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof(bits));
        return number(bits);
    }
    // Its length, and itself.
    FrameWriter& bytes(const void* data, size_t size) {
        number(static_cast<uint32_t>(size));
        body_.append(static_cast<const char*>(data), size);
        return *this;
    }
    FrameWriter& text(const std::string& value) { return bytes(value.data(), value.size()); }
    // The whole frame.
    std::string done() const {
        return FrameWriter().number(static_cast<uint32_t>(body_.size())).body_ + body_;
    }

  private:
    std::string body_;
};

// Reads what is behind the length. Whatever is missing reads as 0, and is said by ok().
class FrameReader {
  public:
    FrameReader(const char* data, size_t size) : data_(data), left_(size) {}

    template <class T>
    T number() {
        std::make_unsigned_t<T> value = 0;
        if (!take(sizeof(T))) {
            return 0;
        }
        for (size_t i = 0; i < sizeof(T); ++i) {
            const auto byte = static_cast<unsigned char>(data_[i]);
            value = static_cast<std::make_unsigned_t<T>>(
                value | static_cast<std::make_unsigned_t<T>>(byte) << (8 * i));
        }
        data_ += sizeof(T);
        left_ -= sizeof(T);
        return static_cast<T>(value);
    }
    double real() {
        const auto bits = number<uint64_t>();
        double value = 0.0;
        std::memcpy(&value, &bits, sizeof(value));
        return value;
    }
    std::string text() {
        const size_t size = number<uint32_t>();
        if (!take(size)) {
            return "";
        }
        std::string value(data_, size);
        data_ += size;
        left_ -= size;
        return value;
    }
    // Whether everything was there, and nothing is left.
    bool ok() const { return ok_ && left_ == 0; }

  private:
    bool take(size_t size) {
        ok_ = ok_ && size <= left_;
        return ok_;
    }

    const char* data_;
    size_t left_;
    bool ok_ = true;
};

}  // namespace steamgs::simulator::networking
