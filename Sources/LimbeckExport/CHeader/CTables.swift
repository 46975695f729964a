/// Functions that take rows of tables, and products in whole numbers, in C.
enum CTables {
    static func text(_ function: CFunction) -> String? {
        switch function {
        case .nearest_entry:
            """
            /* The nearest row of so many, 0 for NaN. */
            static int32_t nearest_entry(float value, int32_t entries)
            {
                float last = (float)(entries - 1);
                int32_t entry = (int32_t)((value > 0.0f ? (value < last ? value : last) : 0.0f) + 0.5f);
                return entry < entries ? entry : entries - 1;
            }

            """
        case .gather:
            gather(function, "const float *table", "const int32_t *index", "index[row]", "table[entry * width + i]")
        case .gather_nearest:
            gather(
                function, "const float *table", "const float *index", "nearest_entry(index[row], entries)",
                "table[entry * width + i]")
        case .gather_int8:
            gather(
                function, "const int8_t *table, const float *scales", "const int32_t *index", "index[row]",
                "(float)table[entry * width + i] * scales[i]")
        case .gather_nearest_int8:
            gather(
                function, "const int8_t *table, const float *scales", "const float *index",
                "nearest_entry(index[row], entries)", "(float)table[entry * width + i] * scales[i]")
        case .product_int8:
            """
            /*
             * y[rows, columns] = x b scales + bias in whole numbers: x is rounded to steps of `step`, from -127 to
             * 127, and b [depth, columns] is stored so. scratch: rows * depth values.
             */
            static void product_int8(const float *x, const int8_t *b, const float *scales, const float *bias,
                                     float *scratch, float *y, int32_t rows, int32_t columns, int32_t depth,
                                     float step)
            {
                int8_t *q = (int8_t *)scratch;
                float factor = 1.0f / step;
                int32_t row, column, k;
                for (k = 0; k < rows * depth; k++) {
                    float ratio = x[k] * factor;
                    float low = ratio > -127.0f ? ratio : -127.0f;
                    float kept = low < 127.0f ? low : 127.0f;
                    /* Adding 1.5 * 2^23 rounds to a whole number, ties to even. */
                    q[k] = isnan(ratio) ? 0 : (int8_t)((kept + 12582912.0f) - 12582912.0f);
                }
                for (row = 0; row < rows; row++, q += depth) {
                    for (column = 0; column < columns; column++) {
                        int32_t sum = 0;
                        for (k = 0; k < depth; k++) sum += (int32_t)q[k] * b[k * columns + column];
                        *y++ = (float)sum * (step * scales[column]) + (bias ? bias[column] : 0.0f);
                    }
                }
            }

            """
        default: nil
        }
    }

    /// Rows of `[entries, width]`, by number or by the nearest number.
    private static func gather(
        _ function: CFunction, _ table: String, _ index: String, _ entry: String, _ value: String
    ) -> String {
        let entries = entry == "index[row]" ? "" : "int32_t entries, "
        return """
            /* Rows of a table [entries, width]. */
            static void \(function.rawValue)(\(table), \(index), float *y,
                \(entries)int32_t width, int32_t count)
            {
                int32_t row, i;
                for (row = 0; row < count; row++) {
                    int32_t entry = \(entry);
                    for (i = 0; i < width; i++) y[row * width + i] = \(value);
                }
            }

            """
    }
}
