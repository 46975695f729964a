/// Kernels of the device runtime, freestanding: one set for each instruction set, chosen once.
#ifndef LIMBECK_RUNTIME_H
#define LIMBECK_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

/// Numbers of `UnaryKind`.
enum {
    lkr_identity = 0,
    lkr_exponential = 4,
    lkr_relu = 9,
    lkr_sigmoid = 10,
    lkr_tanh = 11,
    lkr_erf = 13,
    lkr_gelu = 14,
};

/// c[m, n] = activation(a · b + bias): element (i, k) of a lies at i·a_row + k·a_depth, b is [depth, n].
/// Where `added` [m, n] is given, which may be c, it is added last; then m ≥ 16, n is a multiple of 16 and
/// there is no activation.
typedef struct {
    const float *a, *b, *bias, *added;
    float *c;
    int64_t a_row, a_depth, m, n, depth;
    int32_t activation;
} lkr_product;

/// As the instruction `convolve`: channels last, zeros outside the input.
typedef struct {
    const float *x, *weight, *bias;
    float *y;
    int64_t batch, height, width, channels, output_height, output_width, outputs, groups;
    int64_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x, top, left;
    int32_t activation;
} lkr_convolution;

/// As the instruction `recur`.
typedef struct {
    const float *gates, *weight, *bias;
    float *scratch, *y;
    int64_t steps, rows, units;
    bool is_lstm, keeps_steps;
} lkr_recurrence;

/// As the instruction `quantized`; weight is int8 `[depth, n]` with n scales.
typedef struct {
    const float *x;
    const int8_t *weight;
    const float *scales, *bias;
    float *scratch, *c;
    int64_t m, n, depth;
    float input_scale;
    int32_t activation;
} lkr_quantized;

enum { lkr_no_call, lkr_nothing_left, lkr_call_product, lkr_call_convolve, lkr_call_recur, lkr_call_quantized };

/// An instruction prepared once: which kernel, and everything it takes.
typedef struct {
    int32_t call;
    union {
        lkr_product product;
        lkr_convolution convolution;
        lkr_recurrence recurrence;
        lkr_quantized quantized;
    };
} lkr_step;

typedef struct {
    const char *name;
    void (*product)(const lkr_product *);
    void (*convolve)(const lkr_convolution *);
    void (*recur)(const lkr_recurrence *);
    void (*quantized)(const lkr_quantized *);
    /// y = kind(x) for the kinds named above; false for others, which are not computed.
    bool (*unary)(int32_t kind, const float *x, float *y, int64_t count);
    /// Runs a step; false where it is not a call.
    bool (*run)(const lkr_step *);
} lkr_kernels;

/// Whether this processor has an instruction for CRC-32C.
bool lkr_has_checksum(void);

/// CRC-32C's inner state after `count` more bytes, where the processor has the instruction.
uint32_t lkr_checksum(uint32_t state, const void *bytes, int64_t count);

/// The best set that this processor runs.
const lkr_kernels *lkr_best(void);

/// Set `number` of those this processor runs, best first; NULL beyond the last.
const lkr_kernels *lkr_set(int32_t number);

#endif
