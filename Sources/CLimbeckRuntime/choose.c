#include "limbeck_runtime.h"

extern const lkr_kernels *const lkr_portable;

#if defined(__x86_64__)
extern const lkr_kernels *const lkr_avx2;
extern const lkr_kernels *const lkr_avx512;

typedef struct {
    uint32_t a, b, c, d;
} lkr_identity_words;

static lkr_identity_words lkr_cpuid(uint32_t leaf, uint32_t part) {
    lkr_identity_words w;
    __asm__ volatile("cpuid" : "=a"(w.a), "=b"(w.b), "=c"(w.c), "=d"(w.d) : "a"(leaf), "c"(part));
    return w;
}

// Registers that the operating system saves (Intel SDM 1, 14.3): bits 1-2 for AVX, 5-7 for AVX-512.
static uint32_t lkr_saved(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static int32_t lkr_level(void) {
    if (lkr_cpuid(0, 0).a < 7) return 0;
    uint32_t basic = lkr_cpuid(1, 0).c, extended = lkr_cpuid(7, 0).b;
    bool has_saving = basic >> 27 & 1, has_fma = basic >> 12 & 1;
    if (!has_saving || !has_fma || !(extended >> 5 & 1)) return 0;
    uint32_t saved = lkr_saved();
    if ((saved & 0x06) != 0x06) return 0;
    // F, DQ, BW, VL.
    uint32_t wanted = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    return (saved & 0xe6) == 0xe6 && (extended & wanted) == wanted ? 2 : 1;
}

#if defined(__linux__)
// Absent where there is no C library.
extern char *getenv(const char *name) __attribute__((weak));

static bool lkr_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

// The set that LIMBECK_KERNELS names, where this processor has it.
static int32_t lkr_limited(int32_t level) {
    const char *wanted = getenv ? getenv("LIMBECK_KERNELS") : 0;
    if (!wanted) return level;
    if (lkr_equal(wanted, "portable")) return 0;
    return lkr_equal(wanted, "avx2") && level > 1 ? 1 : level;
}
#else
static int32_t lkr_limited(int32_t level) { return level; }
#endif

const lkr_kernels *lkr_set(int32_t number) {
    int32_t place = lkr_limited(lkr_level()) - number;
    if (number < 0 || place < 0) return 0;
    return place == 2 ? lkr_avx512 : place == 1 ? lkr_avx2 : lkr_portable;
}
#else
const lkr_kernels *lkr_set(int32_t number) { return number == 0 ? lkr_portable : 0; }
#endif

const lkr_kernels *lkr_best(void) { return lkr_set(0); }
