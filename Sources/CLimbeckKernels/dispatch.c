// The kernels by their plain names: each call goes to the instruction set that was chosen once.
#include "CLimbeckKernels.h"
#include <stdlib.h>
#include <string.h>

static const char *const lk_names[] = {"portable", "avx2", "avx512"};

static int32_t lk_supported(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
        return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return 1;
#endif
    return 0;
}

static int32_t lk_chosen(void) {
    int32_t best = lk_supported();
    const char *wanted = getenv("LIMBECK_KERNELS");
    for (int32_t level = 0; wanted && level < best; level++)
        if (strcmp(wanted, lk_names[level]) == 0) return level;
    return best;
}

static int32_t lk_level;
__attribute__((constructor)) static void lk_choose(void) { lk_level = lk_chosen(); }

const char *lk_instruction_set(void) { return lk_names[lk_level]; }
const char *lk_best_instruction_set(void) { return lk_names[lk_supported()]; }

#if defined(__x86_64__)
#define LK_DISPATCH(result, name, parameters, arguments) \
    result name##_portable parameters; \
    result name##_avx2 parameters; \
    result name##_avx512 parameters; \
    result name parameters { \
        if (lk_level == 2) return name##_avx512 arguments; \
        if (lk_level == 1) return name##_avx2 arguments; \
        return name##_portable arguments; \
    }
#else
#define LK_DISPATCH(result, name, parameters, arguments) \
    result name##_portable parameters; \
    result name parameters { return name##_portable arguments; }
#endif

LK_DISPATCH(void, lk_fused_run,
            (const lk_fused *program, const void *memory, int64_t begin, int64_t end, float *scratch),
            (program, memory, begin, end, scratch))
LK_DISPATCH(void, lk_sum_rows,
            (const float *x, float *y, int64_t begin, int64_t end, int64_t middle),
            (x, y, begin, end, middle))
LK_DISPATCH(void, lk_sum_middle,
            (const float *x, float *y, int64_t outer, int64_t middle, int64_t inner, int64_t begin, int64_t end, bool accumulates),
            (x, y, outer, middle, inner, begin, end, accumulates))
LK_DISPATCH(void, lk_add,
            (float *y, const float *x, int64_t count),
            (y, x, count))
LK_DISPATCH(void, lk_max_middle,
            (const float *x, float *y, int64_t outer, int64_t middle, int64_t inner, int64_t begin, int64_t end),
            (x, y, outer, middle, inner, begin, end))
LK_DISPATCH(double, lk_sum,
            (const float *x, int64_t count),
            (x, count))
LK_DISPATCH(double, lk_sum_squares,
            (const float *x, int64_t count),
            (x, count))
LK_DISPATCH(bool, lk_all_finite,
            (const float *x, int64_t count),
            (x, count))
LK_DISPATCH(void, lk_copy_runs,
            (const float *x, float *y, int64_t begin, int64_t end, int64_t run, int64_t x_stride, int64_t y_stride),
            (x, y, begin, end, run, x_stride, y_stride))
LK_DISPATCH(void, lk_transpose,
            (const float *x, float *y, int32_t rank, const int64_t *shape, const int64_t *strides, int64_t begin, int64_t end),
            (x, y, rank, shape, strides, begin, end))
LK_DISPATCH(void, lk_gather,
            (const float *table, const int32_t *indices, float *y, int64_t begin, int64_t end, int64_t width),
            (table, indices, y, begin, end, width))
LK_DISPATCH(void, lk_scatter_add,
            (const float *dy, const int32_t *indices, float *table, int64_t rows, int64_t width, int32_t worker, int32_t workers),
            (dy, indices, table, rows, width, worker, workers))
LK_DISPATCH(void, lk_softmax,
            (const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool logarithm),
            (x, y, begin, end, width, logarithm))
LK_DISPATCH(void, lk_scaled_softmax,
            (float *x, int64_t rows, int64_t width, float scale),
            (x, rows, width, scale))
LK_DISPATCH(void, lk_softmax_gradient,
            (const float *p, float *dp, int64_t rows, int64_t width, float scale),
            (p, dp, rows, width, scale))
LK_DISPATCH(void, lk_csr,
            (const int32_t *row_start, const int32_t *columns, const float *weights, const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool accumulates),
            (row_start, columns, weights, x, y, begin, end, width, accumulates))
LK_DISPATCH(const float *, lk_block,
            (const float *x, int64_t stride, int64_t rows, int64_t columns),
            (x, stride, rows, columns))
LK_DISPATCH(void, lk_gemm,
            (bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc),
            (transpose_a, transpose_b, m, n, k, a, lda, b, ldb, beta, c, ldc))
LK_DISPATCH(void, lk_cross,
            (const double *x, int64_t rows, int64_t width, int64_t left, double *y),
            (x, rows, width, left, y))
LK_DISPATCH(void, lk_unfold,
            (const float *x, float *y, const lk_image *image, int64_t kernel_height, int64_t kernel_width, int64_t first, int64_t last),
            (x, y, image, kernel_height, kernel_width, first, last))
LK_DISPATCH(void, lk_fake_quantize,
            (const float *x, float *y, int64_t rows, int64_t channels),
            (x, y, rows, channels))
LK_DISPATCH(void, lk_turn_kernel,
            (const float *weight, float *y, int64_t taps, int64_t inputs, int64_t outputs),
            (weight, y, taps, inputs, outputs))
LK_DISPATCH(void, lk_pool_maximum,
            (const float *x, float *y, const lk_image *image, int64_t size),
            (x, y, image, size))
LK_DISPATCH(void, lk_pool_maximum_gradient,
            (const float *x, const float *y, const float *dy, float *dx, const lk_image *image, int64_t size),
            (x, y, dy, dx, image, size))
LK_DISPATCH(void, lk_adam,
            (float *parameters, const float *gradients, float *m, float *v, int64_t begin, int64_t end, const lk_update *update),
            (parameters, gradients, m, v, begin, end, update))
LK_DISPATCH(void, lk_momentum,
            (float *parameters, const float *gradients, float *m, int64_t begin, int64_t end, const lk_update *update),
            (parameters, gradients, m, begin, end, update))
