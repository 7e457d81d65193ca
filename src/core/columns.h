// Events as columns: the events of one kind fill an array for each of their fields. Which fields
// those are, and how each is put into its array, comes from abi/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/callbacks.h"
#include "common/event_queue.h"
#include "core/fields.h"

namespace steamgs {

struct Column {
    const char* format;  // of an item, as Python's module struct has it
    size_t size;         // of an item, in bytes
    bool text;           // an item is a text and the zeros behind it
};

#include "core/column_limits.inc"

// The columns of one kind. The first says where in the batch each event was.
struct ColumnRows {
    size_t count;
    size_t capacity;
    void* columns[kMostColumns];
};

// What one kind of event consists of.
struct ColumnKind {
    const Column* columns;
    size_t count;
    // Appends an event. There is room for it.
    void (*append)(ColumnRows& rows, const Record& record, uint64_t sequence);
    // Takes events of this kind from the queue and appends them, up to one that is something else,
    // until there is no room. Returns how many.
    size_t (*take)(ColumnRows& rows, EventQueue& queue, uint64_t sequence);
};

template <class Number>
inline void put_number(void* column, size_t row, Number value) noexcept {
    static_cast<Number*>(column)[row] = value;
}
template <class Id>
inline void put_id(void* column, size_t row, const Id& member) noexcept {
    put_number<uint64_t>(column, row, read_id(member));
}
template <class Enum>
inline void put_enum(void* column, size_t row, const Enum& member) noexcept {
    put_number<int>(column, row, read_enum(member));
}
template <class Flag>
inline void put_flag(void* column, size_t row, const Flag& member) noexcept {
    put_number<uint8_t>(column, row, read_flag(member) ? 1 : 0);
}
// What stands behind a text's end is not for others to see.
template <size_t kSize>
inline void put_text(void* column, size_t row, const char (&member)[kSize]) noexcept {
    char* text = static_cast<char*>(column) + row * kSize;
    const void* end = std::memchr(member, 0, kSize);
    const size_t length =
        end == nullptr ? kSize : static_cast<size_t>(static_cast<const char*>(end) - member);
    std::memcpy(text, member, length);
    std::memset(text + length, 0, kSize - length);
}

// Each has `all`, and `put`, which writes an event's fields. Generated.
template <CallbackKind kKind>
struct ColumnsOf;

#include "core/column_table.inc"

template <CallbackKind kKind>
void append_columns(ColumnRows& rows, const Record& record, uint64_t sequence) noexcept {
    put_number(rows.columns[0], rows.count, sequence);
    ColumnsOf<kKind>::put(rows.columns, rows.count, record.payload());
    ++rows.count;
}

template <CallbackKind kKind>
size_t take_columns(ColumnRows& rows, EventQueue& queue, uint64_t sequence) noexcept {
    const size_t first = rows.count;
    const ColumnRows room = rows;  // which no write can change, for all that the compiler knows
    size_t row = first;
    for (; row < room.capacity; ++row) {
        const Record* record = queue.peek();
        if (record == nullptr || record->kind != kKind || record->flags != 0) {
            break;
        }
        put_number(room.columns[0], row, sequence + (row - first));
        ColumnsOf<kKind>::put(room.columns, row, record->payload());
        queue.next();
    }
    rows.count = row;
    return row - first;
}

template <CallbackKind kKind>
constexpr ColumnKind column_kind() {
    return {ColumnsOf<kKind>::all, sizeof(ColumnsOf<kKind>::all) / sizeof(Column),
            &append_columns<kKind>, &take_columns<kKind>};
}

inline const ColumnKind& column_kind_of(uint16_t kind) noexcept {
    static constexpr ColumnKind kKinds[] = {
#define STEAMGS_CALLBACK(kind, struct_name, id) column_kind<kind>(),
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
    };
    return kKinds[kind];
}

}  // namespace steamgs
