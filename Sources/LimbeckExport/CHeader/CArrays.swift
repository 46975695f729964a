/// Functions over arrays in C: elementwise loops, movement and reductions.
enum CArrays {
    static func text(_ function: CFunction) -> String? {
        switch function {
        case .map:
            """
            /* y[i] = f(x[i]); y may be x. */
            static void map(float (*f)(float), const float *x, float *y, int32_t count)
            {
                int32_t i;
                for (i = 0; i < count; i++) y[i] = f(x[i]);
            }

            """
        case .affine:
            """
            /* y[i] = x[i] * scale + shift; y may be x. */
            static void affine(float scale, float shift, const float *x, float *y, int32_t count)
            {
                int32_t i;
                for (i = 0; i < count; i++) y[i] = x[i] * scale + shift;
            }

            """
        case .combine:
            """
            /* y[i] = f(a[(i / a_inner) % a_period], b[(i / b_inner) % b_period]). */
            static void combine(float (*f)(float, float), const float *a, int32_t a_inner, int32_t a_period,
                                const float *b, int32_t b_inner, int32_t b_period, float *y, int32_t count)
            {
                int32_t i, p = 0, q = 0, p_used = 0, q_used = 0;
                for (i = 0; i < count; i++) {
                    y[i] = f(a[p], b[q]);
                    if (++p_used == a_inner) {
                        p_used = 0;
                        if (++p == a_period) p = 0;
                    }
                    if (++q_used == b_inner) {
                        q_used = 0;
                        if (++q == b_period) q = 0;
                    }
                }
            }

            """
        case .broadcast:
            """
            /* y[i] = x[(i / inner) % period]. */
            static void broadcast(const float *x, int32_t inner, int32_t period, float *y, int32_t count)
            {
                int32_t i, p = 0, used = 0;
                for (i = 0; i < count; i++) {
                    y[i] = x[p];
                    if (++used == inner) {
                        used = 0;
                        if (++p == period) p = 0;
                    }
                }
            }

            """
        case .copy:
            """
            /* Copies blocks of `inner` values between places that are so many values apart. */
            static void copy(const float *x, int32_t x_stride, float *y, int32_t y_stride, int32_t blocks,
                             int32_t inner)
            {
                int32_t block, i;
                for (block = 0; block < blocks; block++) {
                    for (i = 0; i < inner; i++) y[block * y_stride + i] = x[block * x_stride + i];
                }
            }

            """
        case .transpose:
            """
            /* y, of these extents, from x, in which a step along each axis of y is so many values. */
            static void transpose(const float *x, float *y, int32_t count, int rank, const int32_t *extents,
                                  const int32_t *strides)
            {
                int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
                int32_t i, from = 0;
                for (i = 0; i < count; i++) {
                    int axis = rank - 1;
                    y[i] = x[from];
                    while (axis >= 0) {
                        from += strides[axis];
                        if (++at[axis] < extents[axis]) break;
                        from -= strides[axis] * extents[axis];
                        at[axis--] = 0;
                    }
                }
            }

            """
        case .reduce_sum:
            """
            /* Sums [outer, middle, inner] over the middle, times a factor. */
            static void reduce_sum(const float *x, float *y, int32_t outer, int32_t middle, int32_t inner,
                                   float factor)
            {
                int32_t o, m, i;
                for (o = 0; o < outer; o++) {
                    for (i = 0; i < inner; i++) {
                        float sum = 0.0f;
                        for (m = 0; m < middle; m++) sum += x[(o * middle + m) * inner + i];
                        y[o * inner + i] = sum * factor;
                    }
                }
            }

            """
        case .reduce_maximum:
            """
            /* The largest of [outer, middle, inner] over the middle. */
            static void reduce_maximum(const float *x, float *y, int32_t outer, int32_t middle, int32_t inner)
            {
                int32_t o, m, i;
                for (o = 0; o < outer; o++) {
                    for (i = 0; i < inner; i++) {
                        float largest = x[o * middle * inner + i];
                        for (m = 1; m < middle; m++) {
                            float value = x[(o * middle + m) * inner + i];
                            if (!(largest > value)) largest = value;
                        }
                        y[o * inner + i] = largest;
                    }
                }
            }

            """
        case .softmax:
            """
            /* e^(x - largest) over its sum, for each row; y may be x. */
            static void softmax(const float *x, float *y, int32_t rows, int32_t width)
            {
                int32_t row, i;
                for (row = 0; row < rows; row++, x += width, y += width) {
                    float largest = x[0], sum = 0.0f;
                    for (i = 1; i < width; i++) largest = x[i] > largest ? x[i] : largest;
                    for (i = 0; i < width; i++) {
                        y[i] = expf(x[i] - largest);
                        sum += y[i];
                    }
                    for (i = 0; i < width; i++) y[i] /= sum;
                }
            }

            """
        default: nil
        }
    }
}
