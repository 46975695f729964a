// Kernels of the compute core: fused elementwise tiles, reductions, gathers, copies,
// the optimiser update and the worker pool. Every function works on a range, so that
// workers share one call; none allocates except where its name says `create`.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Fused elementwise programs

enum { LK_TILE = 512, LK_MAX_REGISTERS = 48 };

typedef enum {
    // unary
    LK_COPY, LK_NEGATE, LK_ABSOLUTE, LK_SIGN, LK_EXP, LK_LOG, LK_SQRT, LK_RECIPROCAL, LK_SQUARE,
    LK_RELU, LK_SIGMOID, LK_TANH, LK_SOFTPLUS, LK_ERF, LK_STEP, LK_AFFINE,
    // binary
    LK_ADD, LK_SUBTRACT, LK_MULTIPLY, LK_DIVIDE, LK_MAXIMUM, LK_MINIMUM, LK_GREATER,
    // nullary
    LK_DROPOUT,
} lk_opcode;

/// One instruction: `register[target] = op(register[a], register[b])`.
typedef struct {
    int32_t op, target, a, b;
    float p, q;
    uint32_t key;
} lk_instruction;

/// An operand read by element i of the result at `memory[slot][(i / inner) % period]`, or, for a
/// window, at `memory[slot][i - begin]` where begin <= i < end, and 0 elsewhere.
typedef struct {
    int32_t slot;
    int64_t inner, period, begin, end;
    bool is_window;
    bool full;
} lk_leaf;

/// Leaves fill registers 0..<leaf_count, instructions the following ones.
typedef struct {
    int32_t leaf_count, instruction_count, result_slot;
    const lk_leaf *leaves;
    const lk_instruction *instructions;
    /// Changes every step; mixed into each dropout key.
    const uint32_t *seed;
} lk_fused;

/// Runs elements [begin, end) of the values in `memory`, an array of `float *`; `scratch` holds LK_MAX_REGISTERS × LK_TILE
/// floats.
void lk_fused_run(const lk_fused *program, const void *memory, int64_t begin, int64_t end,
                  float *scratch);

// MARK: Reductions over the middle of [outer, middle, inner]

void lk_sum_rows(const float *x, float *y, int64_t begin, int64_t end, int64_t middle);
/// Of inner elements [begin, end); `accumulates` adds to what y holds.
void lk_sum_middle(const float *x, float *y, int64_t outer, int64_t middle, int64_t inner,
                   int64_t begin, int64_t end, bool accumulates);
/// y += x
void lk_add(float *y, const float *x, int64_t count);
void lk_max_middle(const float *x, float *y, int64_t outer, int64_t middle, int64_t inner,
                   int64_t begin, int64_t end);
double lk_sum(const float *x, int64_t count);
double lk_sum_squares(const float *x, int64_t count);
bool lk_all_finite(const float *x, int64_t count);

// MARK: Movement

/// Copies `rows` runs of `run` floats between strided places.
void lk_copy_runs(const float *x, float *y, int64_t begin, int64_t end, int64_t run,
                  int64_t x_stride, int64_t y_stride);
/// y = transpose of x by strides; elements [begin, end) of the outermost result axis.
void lk_transpose(const float *x, float *y, int32_t rank, const int64_t *shape,
                  const int64_t *strides, int64_t begin, int64_t end);
void lk_gather(const float *table, const int32_t *indices, float *y, int64_t begin, int64_t end,
               int64_t width);
/// Adds rows of `dy` to `table` where index % workers == worker: no two workers meet.
void lk_scatter_add(const float *dy, const int32_t *indices, float *table, int64_t rows,
                    int64_t width, int32_t worker, int32_t workers);
void lk_softmax(const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool logarithm);
/// x = softmax(scale · x) by rows, in place.
void lk_scaled_softmax(float *x, int64_t rows, int64_t width, float scale);
/// dp = scale · p (dp − Σ p dp) by rows, in place: the gradient of a scaled softmax p.
void lk_softmax_gradient(const float *p, float *dp, int64_t rows, int64_t width, float scale);
/// y[rows] = sum over edges of weight × x[source], for rows of `width` floats; `accumulates` adds
/// that to what y holds.
void lk_csr(const int32_t *row_start, const int32_t *columns, const float *weights,
            const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool accumulates);
/// Floats of the calling thread's own memory for matrix blocks.
enum { LK_BLOCK = 65536 };
/// `columns` columns of `rows` rows copied side by side into the calling thread's own memory;
/// rows × columns is at most LK_BLOCK.
const float *lk_block(const float *x, int64_t stride, int64_t rows, int64_t columns);
/// Portable C[m,n] = op(A) op(B) + beta C, row-major; used where no library serves.
void lk_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a,
             int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);

// MARK: Products in double precision

/// y += the first `left` columns of X, transposed, times X; X is [rows, width], y [left, width]. Only entries on and
/// right of the diagonal are complete.
void lk_cross(const double *x, int64_t rows, int64_t width, int64_t left, double *y);

// MARK: Images, [height, width, channels]

typedef struct {
    int64_t height, width, channels;
} lk_image;

/// For each pixel of lines [first, last) what a kernel centred on it covers, zero outside the image:
/// y [lines × width, kernel_height × kernel_width × channels].
void lk_unfold(const float *x, float *y, const lk_image *image, int64_t kernel_height,
               int64_t kernel_width, int64_t first, int64_t last);
/// A kernel [taps, inputs, outputs] turned by 180°, [taps, outputs, inputs]: the reverse of convolving.
/// y = x to the nearest multiple of max |x| / 127 of its channel; x and y [rows, channels].
void lk_fake_quantize(const float *x, float *y, int64_t rows, int64_t channels);
void lk_turn_kernel(const float *weight, float *y, int64_t taps, int64_t inputs, int64_t outputs);
/// The largest of each size × size square of one image; what is left over at the edges is dropped.
void lk_pool_maximum(const float *x, float *y, const lk_image *image, int64_t size);
/// dy where x is the largest, the first of several.
void lk_pool_maximum_gradient(const float *x, const float *y, const float *dy, float *dx,
                              const lk_image *image, int64_t size);

// MARK: Optimisers (a slab of parameters at once)

typedef struct {
    float learning_rate, beta1, beta2, epsilon, weight_decay, l1, l2;
    /// 1 - beta^t
    float correction1, correction2;
    float gradient_scale;
} lk_update;

void lk_adam(float *parameters, const float *gradients, float *m, float *v, int64_t begin,
             int64_t end, const lk_update *update);
void lk_momentum(float *parameters, const float *gradients, float *m, int64_t begin, int64_t end,
                 const lk_update *update);

// MARK: Instruction sets

/// "avx512", "avx2" or "portable": the best that this processor has, or the one that LIMBECK_KERNELS names, chosen when
/// the program is loaded.
const char *lk_instruction_set(void);
/// The best that this processor has.
const char *lk_best_instruction_set(void);

// MARK: Worker pool

typedef struct lk_pool lk_pool;
typedef void (*lk_task)(int32_t worker, void *context);

/// `workers` includes the caller, which is worker 0.
lk_pool *lk_pool_create(int32_t workers);
void lk_pool_destroy(lk_pool *pool);
/// Runs `task` on every worker and returns when all have.
void lk_pool_run(lk_pool *pool, lk_task task, void *context);
/// Asks a threaded library below for no threads of its own on this thread.
void lk_keep_to_one_thread(void);
/// Called by every worker inside a task: waits until all have arrived.
void lk_pool_barrier(lk_pool *pool);

// MARK: Memory

/// 64-byte aligned and zeroed; NULL when there is none.
float *lk_allocate(size_t floats);
void lk_release(float *memory);
/// Bytes in use on the heap, where the C library can tell; else 0.
size_t lk_heap_bytes(void);
/// Microseconds on a monotonic clock.
double lk_microseconds(void);
