// Copies, transposes, gathers, softmax rows, sparse rows and the portable GEMM.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

void lk_copy_runs(const float *x, float *y, int64_t begin, int64_t end, int64_t run,
                  int64_t x_stride, int64_t y_stride) {
    for (int64_t row = begin; row < end; row++)
        memcpy(y + row * y_stride, x + row * x_stride, (size_t)run * sizeof(float));
}

static void lk_transpose_axis(const float *x, float *y, int32_t rank, const int64_t *shape,
                              const int64_t *strides, int64_t *written) {
    if (rank == 1) {
        float *target = y + *written;
        int64_t n = shape[0], stride = strides[0];
        if (stride == 1) memcpy(target, x, (size_t)n * sizeof(float));
        else for (int64_t i = 0; i < n; i++) target[i] = x[i * stride];
        *written += n;
        return;
    }
    for (int64_t i = 0; i < shape[0]; i++)
        lk_transpose_axis(x + i * strides[0], y, rank - 1, shape + 1, strides + 1, written);
}

void lk_transpose(const float *x, float *y, int32_t rank, const int64_t *shape,
                  const int64_t *strides, int64_t begin, int64_t end) {
    int64_t row = 1;
    for (int32_t axis = 1; axis < rank; axis++) row *= shape[axis];
    if (rank == 1) {
        for (int64_t i = begin; i < end; i++) y[i] = x[i * strides[0]];
        return;
    }
    for (int64_t i = begin; i < end; i++) {
        int64_t written = i * row;
        lk_transpose_axis(x + i * strides[0], y, rank - 1, shape + 1, strides + 1, &written);
    }
}

void lk_gather(const float *table, const int32_t *indices, float *y, int64_t begin, int64_t end,
               int64_t width) {
    for (int64_t row = begin; row < end; row++)
        memcpy(y + row * width, table + (int64_t)indices[row] * width, (size_t)width * sizeof(float));
}

void lk_scatter_add(const float *dy, const int32_t *indices, float *table, int64_t rows,
                    int64_t width, int32_t worker, int32_t workers) {
    for (int64_t row = 0; row < rows; row++) {
        if (indices[row] % workers != worker) continue;
        float *target = table + (int64_t)indices[row] * width;
        const float *source = dy + row * width;
        for (int64_t i = 0; i < width; i++) target[i] += source[i];
    }
}

void lk_softmax(const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool logarithm) {
    for (int64_t row = begin; row < end; row++) {
        const float *p = x + row * width;
        float *q = y + row * width;
        float top = p[0];
        for (int64_t i = 1; i < width; i++) top = p[i] > top ? p[i] : top;
        float total = 0;
        for (int64_t i = 0; i < width; i++) {
            float e = lk_exp(p[i] - top);
            q[i] = e;
            total += e;
        }
        if (logarithm) {
            float shift = top + lk_log(total);
            for (int64_t i = 0; i < width; i++) q[i] = p[i] - shift;
        } else {
            float scale = 1.0f / total;
            for (int64_t i = 0; i < width; i++) q[i] *= scale;
        }
    }
}

void lk_scaled_softmax(float *x, int64_t rows, int64_t width, float scale) {
    for (int64_t row = 0; row < rows; row++) {
        float *p = x + row * width;
        float tops[16], top = p[0], totals[16] = {0}, total = 0;
        int64_t i = 0;
        for (int lane = 0; lane < 16; lane++) tops[lane] = top;
        for (; i + 16 <= width; i += 16)
            for (int lane = 0; lane < 16; lane++) tops[lane] = p[i + lane] > tops[lane] ? p[i + lane] : tops[lane];
        for (; i < width; i++) top = p[i] > top ? p[i] : top;
        for (int lane = 0; lane < 16; lane++) top = tops[lane] > top ? tops[lane] : top;
        for (i = 0; i < width; i++) p[i] = lk_exp(scale * (p[i] - top));
        for (i = 0; i + 16 <= width; i += 16)
            for (int lane = 0; lane < 16; lane++) totals[lane] += p[i + lane];
        for (; i < width; i++) total += p[i];
        for (int lane = 0; lane < 16; lane++) total += totals[lane];
        float share = 1.0f / total;
        for (i = 0; i < width; i++) p[i] *= share;
    }
}

void lk_softmax_gradient(const float *p, float *dp, int64_t rows, int64_t width, float scale) {
    for (int64_t row = 0; row < rows; row++) {
        const float *q = p + row * width;
        float *d = dp + row * width;
        float lanes[16] = {0}, total = 0;
        int64_t i = 0;
        for (; i + 16 <= width; i += 16)
            for (int lane = 0; lane < 16; lane++) lanes[lane] += q[i + lane] * d[i + lane];
        for (; i < width; i++) total += q[i] * d[i];
        for (int lane = 0; lane < 16; lane++) total += lanes[lane];
        for (i = 0; i < width; i++) d[i] = scale * q[i] * (d[i] - total);
    }
}

void lk_csr(const int32_t *row_start, const int32_t *columns, const float *weights,
            const float *x, float *y, int64_t begin, int64_t end, int64_t width, bool accumulates) {
    // Strip by strip: a strip of every row of x stays in the cache, that of one row of y in registers.
    enum { WIDE = 32 };
    int64_t strip = 0;
    for (; strip + WIDE <= width; strip += WIDE)
        for (int64_t row = begin; row < end; row++) {
            float sum[WIDE] = {0};
            if (accumulates) memcpy(sum, y + row * width + strip, sizeof sum);
            for (int32_t edge = row_start[row]; edge < row_start[row + 1]; edge++) {
                const float *source = x + (int64_t)columns[edge] * width + strip;
                float weight = weights[edge];
                for (int i = 0; i < WIDE; i++) sum[i] += weight * source[i];
            }
            memcpy(y + row * width + strip, sum, sizeof sum);
        }
    for (int64_t row = begin; row < end; row++) {
        float *target = y + row * width;
        if (strip < width && !accumulates) memset(target + strip, 0, (size_t)(width - strip) * sizeof(float));
        for (int32_t edge = row_start[row]; edge < row_start[row + 1]; edge++) {
            const float *source = x + (int64_t)columns[edge] * width;
            float weight = weights[edge];
            for (int64_t i = strip; i < width; i++) target[i] += weight * source[i];
        }
    }
}

const float *lk_block(const float *x, int64_t stride, int64_t rows, int64_t columns) {
    static _Thread_local float block[LK_BLOCK] __attribute__((aligned(64)));
    for (int64_t row = 0; row < rows; row++)
        memcpy(block + row * columns, x + row * stride, (size_t)columns * sizeof(float));
    return block;
}

void lk_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a,
             int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
    for (int64_t i = 0; i < m; i++) {
        float *row = c + i * ldc;
        if (beta == 0) memset(row, 0, (size_t)n * sizeof(float));
        else if (beta != 1) for (int64_t j = 0; j < n; j++) row[j] *= beta;
        if (transpose_b) {
            for (int64_t j = 0; j < n; j++) {
                float total = 0;
                for (int64_t p = 0; p < k; p++)
                    total += (transpose_a ? a[p * lda + i] : a[i * lda + p]) * b[j * ldb + p];
                row[j] += total;
            }
        } else {
            for (int64_t p = 0; p < k; p++) {
                float value = transpose_a ? a[p * lda + i] : a[i * lda + p];
                const float *other = b + p * ldb;
                for (int64_t j = 0; j < n; j++) row[j] += value * other[j];
            }
        }
    }
}
