// Sums and maxima. Long sums are taken in blocks, so that rounding grows with the block count.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

void lk_sum_rows(const float *x, float *y, int64_t begin, int64_t end, int64_t middle) {
    for (int64_t row = begin; row < end; row++) {
        const float *p = x + row * middle;
        float lanes[16] = {0};
        int64_t i = 0;
        for (; i + 16 <= middle; i += 16)
            for (int lane = 0; lane < 16; lane++) lanes[lane] += p[i + lane];
        float total = 0;
        for (; i < middle; i++) total += p[i];
        for (int lane = 0; lane < 16; lane++) total += lanes[lane];
        y[row] = total;
    }
}

static void lk_add_row(float *restrict y, const float *restrict x, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

void lk_add(float *y, const float *x, int64_t count) { lk_add_row(y, x, count); }

enum { BLOCK = 128, STRIP = 256 };

void lk_sum_middle(const float *x, float *y, int64_t outer, int64_t middle, int64_t inner,
                   int64_t begin, int64_t end, bool accumulates) {
    float partial[STRIP];
    for (int64_t o = 0; o < outer; o++) {
        const float *source = x + o * middle * inner;
        float *target = y + o * inner;
        for (int64_t strip = begin; strip < end; strip += STRIP) {
            int64_t width = end - strip < STRIP ? end - strip : STRIP;
            if (!accumulates) memset(target + strip, 0, (size_t)width * sizeof(float));
            for (int64_t block = 0; block < middle; block += BLOCK) {
                int64_t stop = block + BLOCK < middle ? block + BLOCK : middle;
                memset(partial, 0, (size_t)width * sizeof(float));
                for (int64_t m = block; m < stop; m++)
                    lk_add_row(partial, source + m * inner + strip, width);
                lk_add_row(target + strip, partial, width);
            }
        }
    }
}

void lk_max_middle(const float *x, float *y, int64_t outer, int64_t middle, int64_t inner,
                   int64_t begin, int64_t end) {
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = begin; i < end; i++) {
            const float *p = x + o * middle * inner + i;
            float best = p[0];
            for (int64_t m = 1; m < middle; m++) {
                float value = p[m * inner];
                best = value > best || value != value ? value : best;
            }
            y[o * inner + i] = best;
        }
}

double lk_sum(const float *x, int64_t count) {
    double lanes[8] = {0};
    int64_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int lane = 0; lane < 8; lane++) lanes[lane] += (double)x[i + lane];
    double total = 0;
    for (; i < count; i++) total += (double)x[i];
    for (int lane = 0; lane < 8; lane++) total += lanes[lane];
    return total;
}

double lk_sum_squares(const float *x, int64_t count) {
    double lanes[8] = {0};
    int64_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int lane = 0; lane < 8; lane++)
            lanes[lane] += (double)x[i + lane] * (double)x[i + lane];
    double total = 0;
    for (; i < count; i++) total += (double)x[i] * (double)x[i];
    for (int lane = 0; lane < 8; lane++) total += lanes[lane];
    return total;
}

bool lk_all_finite(const float *x, int64_t count) {
    int32_t bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= (lk_float_to_bits(x[i]) & 0x7f800000) == 0x7f800000;
    return !bad;
}


enum { LK_GROUP = 64 };

void lk_fake_quantize(const float *x, float *y, int64_t rows, int64_t channels) {
    if (channels == 1) {
        float largest = 0;
        for (int64_t i = 0; i < rows; i++) {
            float size = x[i] < 0 ? -x[i] : x[i];
            largest = size > largest ? size : largest;
        }
        float step = largest > 0 ? largest / 127 : 1, factor = 1 / step;
        // Adding 1.5 * 2^23 rounds to a whole number.
        for (int64_t i = 0; i < rows; i++) y[i] = ((x[i] * factor + 12582912.0f) - 12582912.0f) * step;
        return;
    }
    for (int64_t first = 0; first < channels; first += LK_GROUP) {
        int64_t width = channels - first < LK_GROUP ? channels - first : LK_GROUP;
        float step[LK_GROUP] = {0}, factor[LK_GROUP];
        for (int64_t row = 0; row < rows; row++) {
            const float *p = x + row * channels + first;
            for (int64_t i = 0; i < width; i++) {
                float size = p[i] < 0 ? -p[i] : p[i];
                step[i] = size > step[i] ? size : step[i];
            }
        }
        for (int64_t i = 0; i < width; i++) {
            step[i] = step[i] > 0 ? step[i] / 127 : 1;
            factor[i] = 1 / step[i];
        }
        for (int64_t row = 0; row < rows; row++) {
            const float *p = x + row * channels + first;
            float *q = y + row * channels + first;
            for (int64_t i = 0; i < width; i++) q[i] = ((p[i] * factor[i] + 12582912.0f) - 12582912.0f) * step[i];
        }
    }
}
