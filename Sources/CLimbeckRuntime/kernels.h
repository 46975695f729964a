// The kernels, once for each instruction set. Defined before including: LKR_SET (suffix),
// LKR_LANES (floats of a vector), LKR_ROWS (rows of a product's block, two vectors wide).

#include "limbeck_runtime.h"

#define LKR_JOIN2(a, b) a##_##b
#define LKR_JOIN(a, b) LKR_JOIN2(a, b)
#define LKR_NAME(name) LKR_JOIN(name, LKR_SET)
#define LKR_INLINE static inline __attribute__((always_inline))
#define LKR_UNROLL _Pragma("clang loop unroll(full)")

typedef float lkr_wide __attribute__((vector_size(4 * LKR_LANES)));
typedef int32_t lkr_wide_bits __attribute__((vector_size(4 * LKR_LANES)));
typedef float lkr_quad __attribute__((vector_size(16)));
typedef int32_t lkr_quad_bits __attribute__((vector_size(16)));

LKR_INLINE int64_t lkr_min(int64_t a, int64_t b) { return a < b ? a : b; }

LKR_INLINE lkr_wide lkr_load(const float *p) {
    lkr_wide v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

LKR_INLINE void lkr_store(float *p, lkr_wide v) { __builtin_memcpy(p, &v, sizeof v); }

LKR_INLINE lkr_wide lkr_select(lkr_wide_bits mask, lkr_wide yes, lkr_wide no) {
    return (lkr_wide)((mask & (lkr_wide_bits)yes) | (~mask & (lkr_wide_bits)no));
}

LKR_INLINE lkr_wide lkr_magnitude(lkr_wide x) {
    return (lkr_wide)((lkr_wide_bits)x & 0x7fffffff);
}

// MARK: Functions, as in LimbeckRuntime/Mathematics

LKR_INLINE lkr_wide lkr_exp(lkr_wide x) {
    x = lkr_select(x < -105, (lkr_wide){} - 105, x);
    x = lkr_select(x > 89, (lkr_wide){} + 89, x);
    const float magic = 12582912;
    lkr_wide shifted = x * 1.44269504f + magic;
    lkr_wide n = shifted - magic;
    lkr_wide r = (x - n * 0.693359375f) + n * 2.1219444e-4f;
    lkr_wide p = r * 0.00138131611f + 0.00836941879f;
    p = p * r + 0.041668456f;
    p = p * r + 0.166665152f;
    p = p * r + 0.49999994f;
    lkr_wide value = (p * (r * r) + r) + 1;
    lkr_wide_bits exponent = (lkr_wide_bits)shifted - 0x4b400000;
    lkr_wide_bits half = exponent >> 1;
    return value * (lkr_wide)((half + 127) << 23) * (lkr_wide)((exponent - half + 127) << 23);
}

LKR_INLINE lkr_wide lkr_sigmoid_of(lkr_wide x) {
    lkr_wide e = lkr_exp(-lkr_magnitude(x));
    return lkr_select(x < 0, e, (lkr_wide){} + 1) / (1 + e);
}

LKR_INLINE lkr_wide lkr_tanh_of(lkr_wide x) {
    lkr_wide t = lkr_magnitude(x), z = x * x;
    lkr_wide p = z * 0.00212626858f - 0.00815960765f;
    p = p * z + 0.0216937084f;
    p = p * z - 0.0539455265f;
    p = p * z + 0.133331969f;
    p = p * z - 0.333333313f;
    lkr_wide near = x + x * z * p;
    lkr_wide far = 1 - 2 / (lkr_exp(t + t) + 1);
    return lkr_select(t < 0.625f, near, lkr_select(x < 0, -far, far));
}

LKR_INLINE lkr_wide lkr_erf_of(lkr_wide x) {
    lkr_wide z = x * x, magnitude = lkr_magnitude(x);
    lkr_wide p = z * 8.31759608e-5f - 0.000813021557f;
    p = p * z + 0.00519992551f;
    p = p * z - 0.02685895f;
    p = p * z + 0.112836875f;
    p = p * z - 0.376126319f;
    p = p * z + 0.128379166f;
    lkr_wide near = x + x * p;
    lkr_wide t = lkr_select(magnitude > 4, (lkr_wide){} + 4, magnitude);
    lkr_wide q = t * 1.0433796e-5f - 0.000314863748f;
    q = q * t + 0.0036103602f;
    q = q * t - 0.0236945953f;
    q = q * t + 0.106159076f;
    q = q * t + 0.635197997f;
    q = q * t + 1.12863708f;
    lkr_wide far = 1 - lkr_exp(-t * q);
    return lkr_select(magnitude < 0.92f, near, lkr_select(x < 0, -far, far));
}

LKR_INLINE lkr_wide lkr_apply(int32_t kind, lkr_wide x) {
    switch (kind) {
    case lkr_exponential: return lkr_exp(x);
    case lkr_relu: return (lkr_wide)(~(lkr_wide_bits)(x < 0) & (lkr_wide_bits)x);
    case lkr_sigmoid: return lkr_sigmoid_of(x);
    case lkr_tanh: return lkr_tanh_of(x);
    case lkr_erf: return lkr_erf_of(x);
    case lkr_gelu: return 0.5f * x * (1 + lkr_erf_of(x * 0.707106781f));
    default: return x;
    }
}

LKR_INLINE void lkr_map(int32_t kind, const float *x, float *y, int64_t count) {
    int64_t index = 0;
    for (; index + LKR_LANES <= count; index += LKR_LANES) {
        lkr_store(y + index, lkr_apply(kind, lkr_load(x + index)));
    }
    if (index == count) return;
    float rest[LKR_LANES] = {0};
    for (int64_t i = index; i < count; i++) rest[i - index] = x[i];
    lkr_store(rest, lkr_apply(kind, lkr_load(rest)));
    for (int64_t i = index; i < count; i++) y[i] = rest[i - index];
}

static bool LKR_NAME(unary)(int32_t kind, const float *x, float *y, int64_t count) {
    switch (kind) {
    case lkr_exponential: lkr_map(lkr_exponential, x, y, count); return true;
    case lkr_relu: lkr_map(lkr_relu, x, y, count); return true;
    case lkr_sigmoid: lkr_map(lkr_sigmoid, x, y, count); return true;
    case lkr_tanh: lkr_map(lkr_tanh, x, y, count); return true;
    case lkr_erf: lkr_map(lkr_erf, x, y, count); return true;
    case lkr_gelu: lkr_map(lkr_gelu, x, y, count); return true;
    default: return kind == lkr_identity && x == y;
    }
}

// MARK: Products

// What a block of results sums over: `taps_y × taps_x × depth`, each with its distance in a and b.
// A matrix product has one tap.
typedef struct {
    const float *a, *b, *bias;
    // Added last, where it is given; rows before `first` are done and not added to again.
    const float *added;
    int64_t first;
    float *c;
    int64_t a_row, a_depth, a_y, a_x, b_row, b_y, b_x, c_row;
    int64_t taps_y, taps_x, depth;
    bool is_relu;
} lkr_block;

// One element of the depth, `AHEAD` of where the pointers stand.
#define LKR_STEP(ROWS, VECTORS, VECTOR, AHEAD)                                                   \
    {                                                                                            \
        VECTOR right[VECTORS];                                                                   \
        LKR_UNROLL for (int v = 0; v < VECTORS; v++)                                             \
            __builtin_memcpy(&right[v], b + AHEAD * b_row + v * lanes, sizeof(VECTOR));          \
        LKR_UNROLL for (int r = 0; r < ROWS; r++) {                                              \
            LKR_UNROLL for (int v = 0; v < VECTORS; v++)                                         \
                sum[r][v] += third[r / 3][r % 3 * a_row + AHEAD] * right[v];                     \
        }                                                                                        \
    }

// The empty statements keep the compiler from an address of its own for each row.
#define LKR_MOVE(ROWS, BY)                                                                       \
    LKR_UNROLL for (int r = 0; r < (ROWS + 2) / 3; r++) {                                        \
        third[r] += BY;                                                                          \
        __asm__("" : "+r"(third[r]));                                                            \
    }

// `rows` rows by `vectors` vectors from column `at` on, in registers.
#define LKR_MICRO(NAME, VECTOR, BITS, ROWS, VECTORS)                                             \
    LKR_INLINE void NAME(const lkr_block *s, int64_t row, int64_t at) {                          \
        enum { lanes = sizeof(VECTOR) / 4 };                                                     \
        VECTOR sum[ROWS][VECTORS];                                                               \
        LKR_UNROLL for (int v = 0; v < VECTORS; v++) {                                           \
            VECTOR start = {0};                                                                  \
            if (s->bias) __builtin_memcpy(&start, s->bias + at + v * lanes, sizeof start);       \
            LKR_UNROLL for (int r = 0; r < ROWS; r++) sum[r][v] = start;                         \
        }                                                                                        \
        for (int64_t i = 0; i < s->taps_y; i++) {                                                \
            for (int64_t j = 0; j < s->taps_x; j++) {                                            \
                const float *third[(ROWS + 2) / 3];                                              \
                third[0] = s->a + row * s->a_row + i * s->a_y + j * s->a_x;                      \
                LKR_UNROLL for (int r = 1; r < (ROWS + 2) / 3; r++) third[r] = third[r - 1] + 3 * s->a_row; \
                const float *b = s->b + at + i * s->b_y + j * s->b_x;                            \
                int64_t a_row = s->a_row, a_depth = s->a_depth, b_row = s->b_row, k = s->depth;  \
                /* Rows are reached from every third one, without a pointer for each. */         \
                if (a_depth == 1) {                                                              \
                    for (; k >= 4; k -= 4) {                                                     \
                        LKR_STEP(ROWS, VECTORS, VECTOR, 0)                                       \
                        LKR_STEP(ROWS, VECTORS, VECTOR, 1)                                       \
                        LKR_STEP(ROWS, VECTORS, VECTOR, 2)                                       \
                        LKR_STEP(ROWS, VECTORS, VECTOR, 3)                                       \
                        LKR_MOVE(ROWS, 4)                                                        \
                        b += 4 * b_row;                                                          \
                    }                                                                            \
                }                                                                                \
                for (; k > 0; k--) {                                                             \
                    LKR_STEP(ROWS, VECTORS, VECTOR, 0)                                           \
                    LKR_MOVE(ROWS, a_depth)                                                      \
                    b += b_row;                                                                  \
                }                                                                                \
            }                                                                                    \
        }                                                                                        \
        float *c = s->c + row * s->c_row + at;                                                   \
        int64_t done = 0;                                                                        \
        if (s->added) {                                                                          \
            const float *added = s->added + row * s->c_row + at;                                 \
            done = s->first - row;                                                               \
            LKR_UNROLL for (int r = 0; r < ROWS; r++) {                                          \
                LKR_UNROLL for (int v = 0; v < VECTORS; v++) {                                   \
                    VECTOR more;                                                                 \
                    __builtin_memcpy(&more, added + r * s->c_row + v * lanes, sizeof more);      \
                    sum[r][v] += more;                                                           \
                }                                                                                \
            }                                                                                    \
        }                                                                                        \
        /* Below it a result is cut: as a relu does, or nowhere. */                              \
        VECTOR floor = (VECTOR){0} - (s->is_relu ? 0 : __builtin_inff());                        \
        LKR_UNROLL for (int r = 0; r < ROWS; r++) {                                              \
            if (r < done) continue;                                                              \
            LKR_UNROLL for (int v = 0; v < VECTORS; v++) {                                       \
                BITS isLow = sum[r][v] < floor;                                                  \
                VECTOR value = (VECTOR)((isLow & (BITS)floor) | (~isLow & (BITS)sum[r][v]));     \
                __builtin_memcpy(c + r * s->c_row + v * lanes, &value, sizeof value);            \
            }                                                                                    \
        }                                                                                        \
    }

LKR_MICRO(lkr_tall, lkr_wide, lkr_wide_bits, LKR_ROWS, 2)
LKR_MICRO(lkr_tall1, lkr_wide, lkr_wide_bits, LKR_ROWS, 1)
LKR_MICRO(lkr_flat8, lkr_wide, lkr_wide_bits, 1, 8)
LKR_MICRO(lkr_flat4, lkr_wide, lkr_wide_bits, 1, 4)
LKR_MICRO(lkr_flat2, lkr_wide, lkr_wide_bits, 1, 2)
LKR_MICRO(lkr_flat1, lkr_wide, lkr_wide_bits, 1, 1)
LKR_MICRO(lkr_quad4, lkr_quad, lkr_quad_bits, 4, 1)
LKR_MICRO(lkr_quad1, lkr_quad, lkr_quad_bits, 1, 1)

// Fewer than four columns.
LKR_INLINE void lkr_narrow(const lkr_block *s, int64_t m, int64_t n) {
    for (int64_t row = 0; row < m; row++) {
        for (int64_t column = 0; column < n; column++) {
            float sum = s->bias ? s->bias[column] : 0;
            for (int64_t i = 0; i < s->taps_y; i++) {
                for (int64_t j = 0; j < s->taps_x; j++) {
                    const float *a = s->a + row * s->a_row + i * s->a_y + j * s->a_x;
                    const float *b = s->b + column + i * s->b_y + j * s->b_x;
                    for (int64_t k = 0; k < s->depth; k++) sum += a[k * s->a_depth] * b[k * s->b_row];
                }
            }
            s->c[row * s->c_row + column] = s->is_relu && sum < 0 ? 0 : sum;
        }
    }
}

// One row: as many columns at once as registers hold. The last vector is shifted back to end at the
// edge; what it computes twice is the same.
LKR_INLINE void lkr_one(const lkr_block *s, int64_t row, int64_t n) {
    int64_t at = 0;
    for (; at + 8 * LKR_LANES <= n; at += 8 * LKR_LANES) lkr_flat8(s, row, at);
    if (at + 4 * LKR_LANES <= n) {
        lkr_flat4(s, row, at);
        at += 4 * LKR_LANES;
    }
    if (at + 2 * LKR_LANES <= n) {
        lkr_flat2(s, row, at);
        at += 2 * LKR_LANES;
    }
    if (n >= LKR_LANES) {
        for (; at < n; at += LKR_LANES) lkr_flat1(s, row, lkr_min(at, n - LKR_LANES));
    } else {
        for (; at < n; at += 4) lkr_quad1(s, row, lkr_min(at, n - 4));
    }
}

// Most floats of b that are copied to lie densely, on the stack.
enum { LKR_PANEL = 8192 };

// m rows, columns outside: a panel of b stays in cache while all rows pass by.
static void LKR_NAME(rows)(const lkr_block *whole, int64_t m, int64_t n) {
    lkr_block s = *whole;
    if (n < 4) {
        lkr_narrow(&s, m, n);
        return;
    }
    if (n < LKR_LANES) {
        for (int64_t column = 0; column < n; column += 4) {
            int64_t at = lkr_min(column, n - 4), row = 0;
            for (; row + 4 <= m; row += 4) lkr_quad4(&s, row, at);
            for (; row < m; row++) lkr_quad1(&s, row, at);
        }
        return;
    }
    if (m < LKR_ROWS) {
        for (int64_t row = 0; row < m; row++) lkr_one(&s, row, n);
        return;
    }
    float panel[LKR_PANEL];
    // Rows of b at a large power of two apart share few places in a first-level cache of 64 × 8 lines.
    int64_t apart = s.b_row % 16 == 0 ? lkr_min(s.b_row / 16 & -(s.b_row / 16), 64) : 1;
    bool packs = m >= 4 * LKR_ROWS && s.taps_y * s.taps_x == 1
        && s.depth * 2 * LKR_LANES <= LKR_PANEL && s.depth * apart > 256;
    for (int64_t column = 0; column < n;) {
        bool pair = column + 2 * LKR_LANES <= n;
        int64_t width = pair ? 2 * LKR_LANES : LKR_LANES;
        int64_t at = lkr_min(column, n - width);
        lkr_block t = s;
        if (packs) {
            for (int64_t k = 0; k < s.depth; k++) {
                for (int64_t i = 0; i < width; i += LKR_LANES)
                    lkr_store(panel + k * width + i, lkr_load(s.b + k * s.b_row + at + i));
            }
            t.b = panel - at;
            t.b_row = width;
        }
        // The last rows are shifted back likewise.
        for (int64_t row = 0; row < m; row += LKR_ROWS) {
            int64_t top = lkr_min(row, m - LKR_ROWS);
            t.first = row;
            if (pair) lkr_tall(&t, top, at);
            else lkr_tall1(&t, top, at);
        }
        column += width;
    }
}

static void LKR_NAME(product)(const lkr_product *p) {
    lkr_block s = {
        .a = p->a, .b = p->b, .bias = p->bias, .c = p->c, .a_row = p->a_row, .a_depth = p->a_depth,
        .b_row = p->n, .c_row = p->n, .taps_y = 1, .taps_x = 1, .depth = p->depth,
        .is_relu = p->activation == lkr_relu, .added = p->added,
    };
    if (p->m == 1 && p->n >= 4) lkr_one(&s, 0, p->n);
    else LKR_NAME(rows)(&s, p->m, p->n);
    if (p->activation != lkr_relu && p->activation != lkr_identity)
        LKR_NAME(unary)(p->activation, p->c, p->c, p->m * p->n);
}

// MARK: Convolutions

// One channel in, one out: results of one pixel, a vector of channels at a time.
#define LKR_DEPTHWISE(NAME, VECTOR, BITS)                                                        \
    LKR_INLINE void NAME(const lkr_block *s, int64_t at) {                                       \
        VECTOR sum = {0};                                                                        \
        if (s->bias) __builtin_memcpy(&sum, s->bias + at, sizeof sum);                           \
        for (int64_t i = 0; i < s->taps_y; i++) {                                                \
            for (int64_t j = 0; j < s->taps_x; j++) {                                            \
                VECTOR x, w;                                                                     \
                __builtin_memcpy(&x, s->a + i * s->a_y + j * s->a_x + at, sizeof x);             \
                __builtin_memcpy(&w, s->b + i * s->b_y + j * s->b_x + at, sizeof w);             \
                sum += x * w;                                                                    \
            }                                                                                    \
        }                                                                                        \
        if (s->is_relu) sum = (VECTOR)(~(BITS)(sum < 0) & (BITS)sum);                            \
        __builtin_memcpy(s->c + at, &sum, sizeof sum);                                           \
    }

LKR_DEPTHWISE(lkr_depth_wide, lkr_wide, lkr_wide_bits)
LKR_DEPTHWISE(lkr_depth_quad, lkr_quad, lkr_quad_bits)

LKR_INLINE void lkr_depthwise(const lkr_block *s, int64_t n) {
    if (n >= LKR_LANES) {
        for (int64_t at = 0; at < n; at += LKR_LANES) lkr_depth_wide(s, lkr_min(at, n - LKR_LANES));
    } else if (n >= 4) {
        for (int64_t at = 0; at < n; at += 4) lkr_depth_quad(s, lkr_min(at, n - 4));
    } else {
        for (int64_t at = 0; at < n; at++) {
            float sum = s->bias ? s->bias[at] : 0;
            for (int64_t i = 0; i < s->taps_y; i++) {
                for (int64_t j = 0; j < s->taps_x; j++)
                    sum += s->a[i * s->a_y + j * s->a_x + at] * s->b[i * s->b_y + j * s->b_x + at];
            }
            s->c[at] = s->is_relu && sum < 0 ? 0 : sum;
        }
    }
}

// A line of pixels with the same few taps along x: the taps' weights stay in registers. Two pixels at a time.
#define LKR_DEPTH_LINE(NAME, TAPS)                                                               \
    LKR_INLINE void NAME(const lkr_block *s, int64_t count, int64_t at) {                        \
        lkr_wide weight[TAPS], start = {0};                                                      \
        LKR_UNROLL for (int t = 0; t < TAPS; t++) weight[t] = lkr_load(s->b + t * s->b_x + at);  \
        if (s->bias) start = lkr_load(s->bias + at);                                             \
        lkr_wide floor = (lkr_wide){0} - (s->is_relu ? 0 : __builtin_inff());                    \
        const float *x = s->a + at;                                                              \
        float *y = s->c + at;                                                                    \
        int64_t step = s->a_row, tap = s->a_x, row = s->c_row;                                   \
        for (; count >= 2; count -= 2) {                                                         \
            lkr_wide sum = start, next = start;                                                  \
            LKR_UNROLL for (int t = 0; t < TAPS; t++) {                                          \
                sum += lkr_load(x + t * tap) * weight[t];                                        \
                next += lkr_load(x + step + t * tap) * weight[t];                                \
            }                                                                                    \
            lkr_store(y, lkr_select(sum < floor, floor, sum));                                   \
            lkr_store(y + row, lkr_select(next < floor, floor, next));                           \
            x += 2 * step;                                                                       \
            y += 2 * row;                                                                        \
        }                                                                                        \
        if (count == 1) {                                                                        \
            lkr_wide sum = start;                                                                \
            LKR_UNROLL for (int t = 0; t < TAPS; t++) sum += lkr_load(x + t * tap) * weight[t];  \
            lkr_store(y, lkr_select(sum < floor, floor, sum));                                   \
        }                                                                                        \
    }

LKR_DEPTH_LINE(lkr_depth_line1, 1)
LKR_DEPTH_LINE(lkr_depth_line2, 2)
LKR_DEPTH_LINE(lkr_depth_line3, 3)
LKR_DEPTH_LINE(lkr_depth_line4, 4)
LKR_DEPTH_LINE(lkr_depth_line5, 5)

LKR_INLINE void lkr_depth_pixels(const lkr_block *whole, int64_t count, int64_t n) {
    if (n >= LKR_LANES && whole->taps_y == 1 && whole->taps_x <= 5) {
        for (int64_t column = 0; column < n; column += LKR_LANES) {
            int64_t at = lkr_min(column, n - LKR_LANES);
            switch (whole->taps_x) {
            case 1: lkr_depth_line1(whole, count, at); break;
            case 2: lkr_depth_line2(whole, count, at); break;
            case 3: lkr_depth_line3(whole, count, at); break;
            case 4: lkr_depth_line4(whole, count, at); break;
            default: lkr_depth_line5(whole, count, at); break;
            }
        }
        return;
    }
    lkr_block s = *whole;
    for (int64_t pixel = 0; pixel < count; pixel++) {
        lkr_depthwise(&s, n);
        s.a += s.a_row;
        s.c += s.c_row;
    }
}

// Taps `first ..< end` of a kernel that fall inside `extent` for the result at `place`.
LKR_INLINE void lkr_inside(
    int64_t place, int64_t stride, int64_t dilation, int64_t before, int64_t extent, int64_t kernel,
    int64_t *first, int64_t *end
) {
    int64_t start = place * stride - before;
    if (start >= 0 && start + (kernel - 1) * dilation < extent) {
        *first = 0;
        *end = kernel;
        return;
    }
    *first = start >= 0 ? 0 : lkr_min((-start + dilation - 1) / dilation, kernel);
    int64_t last = extent - 1 - start;
    *end = last < 0 ? 0 : lkr_min(last / dilation + 1, kernel);
    if (*end < *first) *end = *first;
}

static void LKR_NAME(convolve)(const lkr_convolution *whole) {
    lkr_convolution turned;
    const lkr_convolution *c = whole;
    if (whole->width == 1 && whole->kernel_width == 1 && whole->output_width == 1 && whole->left == 0) {
        turned = *whole;
        c = &turned;
        // A line upright is a line lying down, whose pixels are computed together.
        turned.width = whole->height;
        turned.output_width = whole->output_height;
        turned.kernel_width = whole->kernel_height;
        turned.stride_x = whole->stride_y;
        turned.dilation_x = whole->dilation_y;
        turned.left = whole->top;
        turned.height = turned.output_height = turned.kernel_height = 1;
        turned.stride_y = turned.dilation_y = 1;
        turned.top = 0;
    }
    int64_t inputs = c->channels / c->groups, outputs = c->outputs / c->groups;
    bool is_depthwise = inputs == 1 && outputs == 1;
    int64_t b_x = inputs * c->outputs, b_y = c->kernel_width * b_x;
    int64_t line = c->width * c->channels;
    for (int64_t image = 0; image < c->batch; image++) {
        const float *x = c->x + image * c->height * line;
        for (int64_t row = 0; row < c->output_height; row++) {
            int64_t i, i_end;
            lkr_inside(row, c->stride_y, c->dilation_y, c->top, c->height, c->kernel_height, &i, &i_end);
            float *y = c->y + (image * c->output_height + row) * c->output_width * c->outputs;
            for (int64_t column = 0; column < c->output_width;) {
                int64_t j, j_end, count = 1;
                lkr_inside(
                    column, c->stride_x, c->dilation_x, c->left, c->width, c->kernel_width, &j, &j_end);
                // Pixels that have the same taps inside are computed together: all taps, or as many.
                if (j == 0 && j_end == c->kernel_width) {
                    int64_t reach = (c->kernel_width - 1) * c->dilation_x;
                    int64_t last = (c->width - 1 - reach + c->left) / c->stride_x;
                    count = lkr_min(last + 1, c->output_width) - column;
                } else {
                    for (; column + count < c->output_width; count++) {
                        int64_t next, next_end;
                        lkr_inside(
                            column + count, c->stride_x, c->dilation_x, c->left, c->width, c->kernel_width,
                            &next, &next_end);
                        if (next != j || next_end != j_end) break;
                    }
                }
                int64_t at_y = row * c->stride_y + i * c->dilation_y - c->top;
                int64_t at_x = column * c->stride_x + j * c->dilation_x - c->left;
                bool is_empty = i == i_end || j == j_end;
                lkr_block s = {
                    .a = is_empty ? x : x + at_y * line + at_x * c->channels,
                    .b = c->weight + i * b_y + j * b_x, .bias = c->bias, .c = y + column * c->outputs,
                    .a_row = c->stride_x * c->channels, .a_depth = 1, .a_y = c->dilation_y * line,
                    .a_x = c->dilation_x * c->channels, .b_row = c->outputs, .b_y = b_y, .b_x = b_x,
                    .c_row = c->outputs, .taps_y = is_empty ? 0 : i_end - i,
                    .taps_x = is_empty ? 0 : j_end - j, .depth = inputs,
                    .is_relu = c->activation == lkr_relu,
                };
                if (is_depthwise) {
                    lkr_depth_pixels(&s, count, c->outputs);
                } else {
                    for (int64_t group = 0; group < c->groups; group++) {
                        LKR_NAME(rows)(&s, count, outputs);
                        s.a += inputs;
                        s.b += outputs;
                        s.c += outputs;
                        if (s.bias) s.bias += outputs;
                    }
                }
                column += count;
            }
        }
    }
    if (c->activation != lkr_relu && c->activation != lkr_identity)
        LKR_NAME(unary)(
            c->activation, c->y, c->y, c->batch * c->output_height * c->output_width * c->outputs);
}

// MARK: Recurrent layers

// Vectors of units from `at` on; `lanes` of them are real.
LKR_INLINE void lkr_gates(
    const lkr_recurrence *r, const float *g, const float *s, const float *old, float *cell, float *h,
    int64_t at
) {
    int64_t units = r->units;
    if (r->is_lstm) {
        lkr_wide input = lkr_sigmoid_of(lkr_load(g + at) + lkr_load(s + at));
        lkr_wide forget = lkr_sigmoid_of(lkr_load(g + units + at) + lkr_load(s + units + at));
        lkr_wide new = lkr_tanh_of(lkr_load(g + 2 * units + at) + lkr_load(s + 2 * units + at));
        lkr_wide output = lkr_sigmoid_of(lkr_load(g + 3 * units + at) + lkr_load(s + 3 * units + at));
        lkr_wide next = input * new;
        if (old) next += forget * lkr_load(cell + at);
        lkr_store(cell + at, next);
        lkr_store(h + at, output * lkr_tanh_of(next));
    } else {
        lkr_wide reset = lkr_sigmoid_of(lkr_load(g + at) + lkr_load(s + at));
        lkr_wide update = lkr_sigmoid_of(lkr_load(g + units + at) + lkr_load(s + units + at));
        lkr_wide new = lkr_tanh_of(lkr_load(g + 2 * units + at) + reset * lkr_load(s + 2 * units + at));
        lkr_wide before = old ? lkr_load(old + at) : (lkr_wide){0};
        lkr_store(h + at, new + update * (before - new));
    }
}

// The last units, fewer than a vector, in a copy.
static void LKR_NAME(last_gates)(
    const lkr_recurrence *r, const float *g, const float *s, const float *old, float *cell, float *h,
    int64_t at
) {
    int64_t count = r->units - at, gates = r->is_lstm ? 4 : 3;
    float given[4 * LKR_LANES] = {0}, own[4 * LKR_LANES] = {0}, before[LKR_LANES] = {0};
    float cells[LKR_LANES] = {0}, state[LKR_LANES];
    lkr_recurrence small = *r;
    small.units = LKR_LANES;
    for (int64_t i = 0; i < count; i++) {
        for (int64_t gate = 0; gate < gates; gate++) {
            given[gate * LKR_LANES + i] = g[gate * r->units + at + i];
            own[gate * LKR_LANES + i] = s[gate * r->units + at + i];
        }
        if (old) before[i] = old[at + i];
        if (r->is_lstm && old) cells[i] = cell[at + i];
    }
    lkr_gates(&small, given, own, old ? before : 0, cells, state, 0);
    for (int64_t i = 0; i < count; i++) {
        h[at + i] = state[i];
        if (r->is_lstm) cell[at + i] = cells[i];
    }
}

static void LKR_NAME(recur)(const lkr_recurrence *r) {
    int64_t states = r->rows * r->units, wide = (r->is_lstm ? 4 : 3) * r->units;
    float *cells = r->scratch + r->rows * wide;
    const float *previous = 0;
    for (int64_t step = 0; step < r->steps; step++) {
        float *state = r->keeps_steps ? r->y + step * states : r->y;
        if (previous) {
            lkr_product product = {
                .a = previous, .b = r->weight, .bias = r->bias, .c = r->scratch, .a_row = r->units,
                .a_depth = 1, .m = r->rows, .n = wide, .depth = r->units,
            };
            LKR_NAME(product)(&product);
        } else {
            for (int64_t row = 0; row < r->rows; row++) {
                for (int64_t i = 0; i < wide; i++) r->scratch[row * wide + i] = r->bias ? r->bias[i] : 0;
            }
        }
        for (int64_t row = 0; row < r->rows; row++) {
            const float *g = r->gates + (step * r->rows + row) * wide, *s = r->scratch + row * wide;
            const float *old = previous ? previous + row * r->units : 0;
            float *cell = cells + row * r->units, *h = state + row * r->units;
            int64_t at = 0;
            for (; at + LKR_LANES <= r->units; at += LKR_LANES) lkr_gates(r, g, s, old, cell, h, at);
            if (at < r->units) LKR_NAME(last_gates)(r, g, s, old, cell, h, at);
        }
        previous = state;
    }
}

// MARK: Products in whole numbers

typedef int8_t lkr_wide_bytes __attribute__((vector_size(LKR_LANES)));

LKR_INLINE lkr_wide lkr_load_int8(const int8_t *p) {
    lkr_wide_bytes bytes;
    __builtin_memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, lkr_wide);
}

// The input as whole numbers in floats: x / scale, to the nearest, from -127 to 127; NaN is 0.
LKR_INLINE lkr_wide lkr_quantize(lkr_wide x, float factor) {
    const float magic = 12582912;
    lkr_wide ratio = x * factor;
    lkr_wide low = lkr_select(ratio > -127, ratio, (lkr_wide){} - 127);
    lkr_wide kept = lkr_select(low < 127, low, (lkr_wide){} + 127);
    return (lkr_wide)((lkr_wide_bits)((kept + magic) - magic) & (lkr_wide_bits)(ratio == ratio));
}

// One row by `vectors` vectors of columns. Sums of whole numbers are exact in floats up to 2^24.
#define LKR_INT8_ROW(NAME, VECTORS)                                                              \
    LKR_INLINE void NAME(const lkr_quantized *q, const float *x, float *c, int64_t at) {         \
        lkr_wide sum[VECTORS];                                                                   \
        LKR_UNROLL for (int v = 0; v < VECTORS; v++) sum[v] = (lkr_wide){0};                     \
        const int8_t *weight = q->weight + at;                                                   \
        for (int64_t k = 0; k < q->depth; k++) {                                                 \
            LKR_UNROLL for (int v = 0; v < VECTORS; v++)                                         \
                sum[v] += x[k] * lkr_load_int8(weight + v * LKR_LANES);                          \
            weight += q->n;                                                                      \
        }                                                                                        \
        LKR_UNROLL for (int v = 0; v < VECTORS; v++) {                                           \
            int64_t column = at + v * LKR_LANES;                                                 \
            lkr_wide value = sum[v] * (q->input_scale * lkr_load(q->scales + column));           \
            if (q->bias) value += lkr_load(q->bias + column);                                    \
            lkr_store(c + column, value);                                                        \
        }                                                                                        \
    }

LKR_INT8_ROW(lkr_int8_row4, 4)
LKR_INT8_ROW(lkr_int8_row1, 1)

LKR_INLINE void lkr_int8_row(const lkr_quantized *q, const float *x, float *c) {
    int64_t at = 0, n = q->n;
    for (; at + 4 * LKR_LANES <= n; at += 4 * LKR_LANES) lkr_int8_row4(q, x, c, at);
    if (n >= LKR_LANES) {
        for (; at < n; at += LKR_LANES) lkr_int8_row1(q, x, c, lkr_min(at, n - LKR_LANES));
        return;
    }
    for (; at < n; at++) {
        float sum = 0;
        for (int64_t k = 0; k < q->depth; k++) sum += x[k] * (float)q->weight[k * n + at];
        c[at] = sum * (q->input_scale * q->scales[at]) + (q->bias ? q->bias[at] : 0);
    }
}

static void LKR_NAME(quantized)(const lkr_quantized *q) {
    float factor = 1 / q->input_scale;
    int64_t count = q->m * q->depth, index = 0;
    for (; index + LKR_LANES <= count; index += LKR_LANES)
        lkr_store(q->scratch + index, lkr_quantize(lkr_load(q->x + index), factor));
    for (; index < count; index++) {
        float rest[LKR_LANES] = {q->x[index]};
        lkr_store(rest, lkr_quantize(lkr_load(rest), factor));
        q->scratch[index] = rest[0];
    }
    int64_t columns = 2 * LKR_LANES;
    if (q->m < 2 * LKR_ROWS || q->n < columns || q->depth * columns > LKR_PANEL) {
        for (int64_t row = 0; row < q->m; row++)
            lkr_int8_row(q, q->scratch + row * q->depth, q->c + row * q->n);
    } else {
        // Columns outside: their weights become floats once for all rows.
        float panel[LKR_PANEL];
        for (int64_t column = 0; column < q->n; column += columns) {
            int64_t at = lkr_min(column, q->n - columns);
            for (int64_t k = 0; k < q->depth; k++) {
                const int8_t *weight = q->weight + k * q->n + at;
                lkr_wide low = q->input_scale * lkr_load(q->scales + at);
                lkr_wide high = q->input_scale * lkr_load(q->scales + at + LKR_LANES);
                lkr_store(panel + k * columns, low * lkr_load_int8(weight));
                lkr_store(panel + k * columns + LKR_LANES, high * lkr_load_int8(weight + LKR_LANES));
            }
            lkr_block s = {
                .a = q->scratch, .b = panel - at, .bias = q->bias, .c = q->c, .a_row = q->depth,
                .a_depth = 1, .b_row = columns, .c_row = q->n, .taps_y = 1, .taps_x = 1,
                .depth = q->depth,
            };
            for (int64_t row = 0; row < q->m; row += LKR_ROWS)
                lkr_tall(&s, lkr_min(row, q->m - LKR_ROWS), at);
        }
    }
    if (q->activation != lkr_identity) LKR_NAME(unary)(q->activation, q->c, q->c, q->m * q->n);
}

static bool LKR_NAME(run)(const lkr_step *step) {
    switch (step->call) {
    case lkr_call_product: LKR_NAME(product)(&step->product); return true;
    case lkr_call_convolve: LKR_NAME(convolve)(&step->convolution); return true;
    case lkr_call_recur: LKR_NAME(recur)(&step->recurrence); return true;
    case lkr_call_quantized: LKR_NAME(quantized)(&step->quantized); return true;
    default: return step->call == lkr_nothing_left;
    }
}

static const lkr_kernels LKR_NAME(kernels) = {
    .name = LKR_LABEL,
    .product = LKR_NAME(product),
    .convolve = LKR_NAME(convolve),
    .recur = LKR_NAME(recur),
    .quantized = LKR_NAME(quantized),
    .unary = LKR_NAME(unary),
    .run = LKR_NAME(run),
};
