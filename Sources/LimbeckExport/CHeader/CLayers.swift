/// Matrix products, convolutions and recurrent layers in C.
enum CLayers {
    static func text(_ function: CFunction) -> String? {
        switch function {
        case .product:
            """
            /*
             * y[rows, columns] = a b + bias. Value (r, k) of a lies at a[r * a_row + k * a_depth]; b is
             * [depth, columns]; bias may be null. Four columns at a time stay in registers.
             */
            static void product(const float *a, int32_t a_row, int32_t a_depth, const float *b, const float *bias,
                                float *y, int32_t rows, int32_t columns, int32_t depth)
            {
                int32_t row, column, k;
                for (row = 0; row < rows; row++, a += a_row) {
                    for (column = 0; column + 4 <= columns; column += 4) {
                        const float *right = b + column;
                        float s0 = bias ? bias[column] : 0.0f, s1 = bias ? bias[column + 1] : 0.0f;
                        float s2 = bias ? bias[column + 2] : 0.0f, s3 = bias ? bias[column + 3] : 0.0f;
                        for (k = 0; k < depth; k++, right += columns) {
                            float value = a[k * a_depth];
                            s0 += value * right[0];
                            s1 += value * right[1];
                            s2 += value * right[2];
                            s3 += value * right[3];
                        }
                        y[0] = s0;
                        y[1] = s1;
                        y[2] = s2;
                        y[3] = s3;
                        y += 4;
                    }
                    for (; column < columns; column++) {
                        float sum = bias ? bias[column] : 0.0f;
                        for (k = 0; k < depth; k++) sum += a[k * a_depth] * b[k * columns + column];
                        *y++ = sum;
                    }
                }
            }

            """
        case .product_transposed:
            """
            /* The same where b is stored transposed, [columns, depth]. */
            static void product_transposed(const float *a, int32_t a_row, int32_t a_depth, const float *b,
                                           const float *bias, float *y, int32_t rows, int32_t columns,
                                           int32_t depth)
            {
                int32_t row, column, k;
                for (row = 0; row < rows; row++, a += a_row) {
                    for (column = 0; column < columns; column++) {
                        float sum = bias ? bias[column] : 0.0f;
                        for (k = 0; k < depth; k++) sum += a[k * a_depth] * b[column * depth + k];
                        *y++ = sum;
                    }
                }
            }

            """
        case .convolve: convolution
        case .gru:
            """
            /*
             * A GRU over gates [steps, rows, 3 units] (reset, update, new) that hold the input's part.
             * y: every state [steps, rows, units], or the last one only.
             */
            static void gru(const float *gates, const float *weight, const float *bias, float *scratch, float *y,
                            int32_t steps, int32_t rows, int32_t units, int keeps_steps)
            {
                const float *old = y;
                int32_t step, row, i;
                for (step = 0; step < steps; step++) {
                    product(old, units, 1, weight, bias, scratch, rows, 3 * units, step == 0 ? 0 : units);
                    for (row = 0; row < rows; row++, gates += 3 * units) {
                        const float *s = scratch + row * 3 * units;
                        for (i = 0; i < units; i++) {
                            float before = step == 0 ? 0.0f : old[row * units + i];
                            float reset = sigmoid(gates[i] + s[i]);
                            float update = sigmoid(gates[units + i] + s[units + i]);
                            float fresh = tanhf(gates[2 * units + i] + reset * s[2 * units + i]);
                            y[row * units + i] = fresh + update * (before - fresh);
                        }
                    }
                    old = y;
                    if (keeps_steps) y += rows * units;
                }
            }

            """
        case .lstm:
            """
            /*
             * An LSTM over gates [steps, rows, 4 units] (input, forget, cell, output) that hold the input's
             * part. y: every state [steps, rows, units], or the last one only.
             */
            static void lstm(const float *gates, const float *weight, const float *bias, float *scratch, float *y,
                             int32_t steps, int32_t rows, int32_t units, int keeps_steps)
            {
                const float *old = y;
                float *cells = scratch + rows * 4 * units;
                int32_t step, row, i;
                for (step = 0; step < steps; step++) {
                    product(old, units, 1, weight, bias, scratch, rows, 4 * units, step == 0 ? 0 : units);
                    for (row = 0; row < rows; row++, gates += 4 * units) {
                        const float *s = scratch + row * 4 * units;
                        float *cell = cells + row * units;
                        for (i = 0; i < units; i++) {
                            float before = step == 0 ? 0.0f : cell[i];
                            float input = sigmoid(gates[i] + s[i]);
                            float forget = sigmoid(gates[units + i] + s[units + i]);
                            float fresh = tanhf(gates[2 * units + i] + s[2 * units + i]);
                            float output = sigmoid(gates[3 * units + i] + s[3 * units + i]);
                            cell[i] = forget * before + input * fresh;
                            y[row * units + i] = output * tanhf(cell[i]);
                        }
                    }
                    old = y;
                    if (keeps_steps) y += rows * units;
                }
            }

            """
        default: nil
        }
    }

    private static let convolution = """
        /* The sizes of a convolution, channels last; zeros lie outside the input. */
        struct convolution {
            int32_t batch, height, width, channels, output_height, output_width, outputs, groups;
            int32_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x, top, left;
        };

        /*
         * y[b, r, c, o] = bias[o] + the sum over taps (i, j) and the channels of o's group of
         * x[b, r stride_y + i dilation_y - top, c stride_x + j dilation_x - left, channel] weight[i, j, channel, o].
         */
        static void convolve(const struct convolution *c, const float *x, const float *weight, const float *bias,
                             float *y)
        {
            int32_t in_group = c->channels / c->groups, out_group = c->outputs / c->groups;
            int32_t image, row, column, i, j, output, channel;
            for (image = 0; image < c->batch; image++, x += c->height * c->width * c->channels) {
                for (row = 0; row < c->output_height; row++) {
                    for (column = 0; column < c->output_width; column++, y += c->outputs) {
                        for (output = 0; output < c->outputs; output++) y[output] = bias ? bias[output] : 0.0f;
                        for (i = 0; i < c->kernel_height; i++) {
                            int32_t from_row = row * c->stride_y + i * c->dilation_y - c->top;
                            if (from_row < 0 || from_row >= c->height) continue;
                            for (j = 0; j < c->kernel_width; j++) {
                                int32_t from_column = column * c->stride_x + j * c->dilation_x - c->left;
                                const float *source, *tap;
                                if (from_column < 0 || from_column >= c->width) continue;
                                source = x + (from_row * c->width + from_column) * c->channels;
                                tap = weight + (i * c->kernel_width + j) * in_group * c->outputs;
                                for (output = 0; output < c->outputs; output++) {
                                    const float *group = source + output / out_group * in_group;
                                    float sum = y[output];
                                    for (channel = 0; channel < in_group; channel++) {
                                        sum += group[channel] * tap[channel * c->outputs + output];
                                    }
                                    y[output] = sum;
                                }
                            }
                        }
                    }
                }
            }
        }

        """
}
