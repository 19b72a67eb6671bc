#pragma once
#include <stddef.h>
#include <stdint.h>

/// The cut loop of pannier-formats(7) in plain C: the length of the first chunk of `bytes`.
size_t reference_cut(
    const uint8_t *bytes, size_t length, const uint64_t *gear, size_t minimum, size_t average, size_t maximum);
