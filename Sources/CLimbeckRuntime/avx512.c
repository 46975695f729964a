#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define LKR_SET avx512
#define LKR_LABEL "avx512"
#define LKR_LANES 16
#define LKR_ROWS 8
#include "kernels.h"
#pragma clang attribute pop

extern const lkr_kernels *const lkr_avx512;
const lkr_kernels *const lkr_avx512 = &kernels_avx512;
#endif
