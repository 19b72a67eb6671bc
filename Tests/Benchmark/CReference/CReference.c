#include "CReference.h"

size_t reference_cut(
    const uint8_t *bytes, size_t length, const uint64_t *gear, size_t minimum, size_t average, size_t maximum) {
    int bits = __builtin_ctzll(average);
    uint64_t strict = ~(uint64_t)0 << (64 - bits - 1);
    uint64_t loose = ~(uint64_t)0 << (64 - bits + 2);
    size_t end = length < maximum ? length : maximum;
    if (end < minimum) return end;
    uint64_t hash = 0;
    size_t position = minimum - 64;
    while (position < minimum - 1) hash = (hash << 1) + gear[bytes[position++]];
    size_t middle = end < average - 1 ? end : average - 1;
    while (position < middle) {
        hash = (hash << 1) + gear[bytes[position++]];
        if ((hash & strict) == 0) return position;
    }
    while (position < end) {
        hash = (hash << 1) + gear[bytes[position++]];
        if ((hash & loose) == 0) return position;
    }
    return end;
}
