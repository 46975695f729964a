// Data sets carried inside the binary, so that it runs from anywhere.
#pragma once
#include <stddef.h>

/// Auckland pedestrian counts 2024-2025, hourly, 21 counters, gzipped CSV (CC BY 4.0).
extern const unsigned char limbeck_auckland_csv_gz[];
extern const size_t limbeck_auckland_csv_gz_count;

/// The first byte of `limbeck_auckland_csv_gz`, for languages that cannot see arrays of unknown size.
static inline const unsigned char *limbeck_auckland_csv_gz_start(void) {
    return limbeck_auckland_csv_gz;
}
