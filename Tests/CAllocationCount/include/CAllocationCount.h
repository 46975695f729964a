// Counts what the whole process takes from the heap between two calls. Linked into a test
// executable, its malloc stands before the C library's.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// False where the C library offers no way to stand before it; then nothing is counted.
bool lac_is_supported(void);
void lac_start(void);
void lac_stop(void);
/// Allocations between start and stop, those made by oneDNN and the C++ and OpenMP libraries
/// under it left out.
int64_t lac_own_allocations(void);
/// All allocations between start and stop.
int64_t lac_all_allocations(void);
/// Where the first allocation of our own was made; empty when there was none.
const char *lac_first_place(void);
