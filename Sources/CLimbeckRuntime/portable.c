// For every processor; on arm64 this is NEON.
#define LKR_SET portable
#define LKR_LABEL "portable"
#define LKR_LANES 4
#if defined(__aarch64__)
#undef LKR_LABEL
#define LKR_LABEL "neon"
#define LKR_ROWS 8
#else
#define LKR_ROWS 4
#endif
#include "kernels.h"

extern const lkr_kernels *const lkr_portable;
const lkr_kernels *const lkr_portable = &kernels_portable;
