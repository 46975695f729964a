#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LKR_SET avx2
#define LKR_LABEL "avx2"
#define LKR_LANES 8
#define LKR_ROWS 6
#include "kernels.h"
#pragma clang attribute pop

extern const lkr_kernels *const lkr_avx2;
const lkr_kernels *const lkr_avx2 = &kernels_avx2;
#endif
