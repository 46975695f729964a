// Products in double precision, for closed-form fits.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

enum { LK_CROSS_ROWS = 4, LK_CROSS_COLUMNS = 16 };

void lk_cross(const double *restrict x, int64_t rows, int64_t width, int64_t left, double *restrict y) {
    for (int64_t i = 0; i < left; i += LK_CROSS_ROWS) {
        int64_t high = left - i < LK_CROSS_ROWS ? left - i : LK_CROSS_ROWS;
        for (int64_t j = i; j < width; j += LK_CROSS_COLUMNS) {
            int64_t wide = width - j < LK_CROSS_COLUMNS ? width - j : LK_CROSS_COLUMNS;
            if (high == LK_CROSS_ROWS && wide == LK_CROSS_COLUMNS) {
                double sum[LK_CROSS_ROWS][LK_CROSS_COLUMNS] = {{0}};
                for (int64_t r = 0; r < rows; r++) {
                    const double *row = x + r * width;
                    for (int a = 0; a < LK_CROSS_ROWS; a++)
                        for (int b = 0; b < LK_CROSS_COLUMNS; b++) sum[a][b] += row[i + a] * row[j + b];
                }
                for (int a = 0; a < LK_CROSS_ROWS; a++)
                    for (int b = 0; b < LK_CROSS_COLUMNS; b++) y[(i + a) * width + j + b] += sum[a][b];
                continue;
            }
            for (int64_t a = 0; a < high; a++)
                for (int64_t b = 0; b < wide; b++) {
                    double sum = 0;
                    for (int64_t r = 0; r < rows; r++) sum += x[r * width + i + a] * x[r * width + j + b];
                    y[(i + a) * width + j + b] += sum;
                }
        }
    }
}
