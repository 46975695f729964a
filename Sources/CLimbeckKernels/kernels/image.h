// Images, channels last: unfolding for convolution, and pooling.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

void lk_unfold(const float *x, float *y, const lk_image *image, int64_t kernel_height,
               int64_t kernel_width, int64_t first, int64_t last) {
    int64_t height = image->height, width = image->width, channels = image->channels;
    int64_t above = kernel_height / 2, left = kernel_width / 2, run = kernel_width * channels;
    for (int64_t line = first; line < last; line++)
        for (int64_t column = 0; column < width; column++) {
            // Columns of the kernel that lie within the image.
            int64_t from = column < left ? left - column : 0;
            int64_t to = column + kernel_width - left > width ? width - column + left : kernel_width;
            for (int64_t k = 0; k < kernel_height; k++, y += run) {
                int64_t source = line + k - above;
                if (source < 0 || source >= height) {
                    memset(y, 0, (size_t)run * sizeof(float));
                    continue;
                }
                if (from > 0) memset(y, 0, (size_t)(from * channels) * sizeof(float));
                memcpy(y + from * channels, x + (source * width + column - left + from) * channels,
                       (size_t)((to - from) * channels) * sizeof(float));
                if (to < kernel_width)
                    memset(y + to * channels, 0, (size_t)((kernel_width - to) * channels) * sizeof(float));
            }
        }
}

void lk_turn_kernel(const float *weight, float *y, int64_t taps, int64_t inputs, int64_t outputs) {
    for (int64_t tap = 0; tap < taps; tap++) {
        const float *source = weight + (taps - 1 - tap) * inputs * outputs;
        float *target = y + tap * inputs * outputs;
        for (int64_t i = 0; i < inputs; i++)
            for (int64_t o = 0; o < outputs; o++) target[o * inputs + i] = source[i * outputs + o];
    }
}

void lk_pool_maximum(const float *x, float *y, const lk_image *image, int64_t size) {
    int64_t width = image->width, channels = image->channels;
    int64_t lines = image->height / size, columns = width / size;
    for (int64_t line = 0; line < lines; line++)
        for (int64_t column = 0; column < columns; column++) {
            float *target = y + (line * columns + column) * channels;
            for (int64_t i = 0; i < size; i++)
                for (int64_t j = 0; j < size; j++) {
                    const float *source = x + ((line * size + i) * width + column * size + j) * channels;
                    if (i == 0 && j == 0) {
                        memcpy(target, source, (size_t)channels * sizeof(float));
                        continue;
                    }
                    for (int64_t c = 0; c < channels; c++) {
                        float value = source[c];
                        target[c] = value > target[c] || value != value ? value : target[c];
                    }
                }
        }
}

void lk_pool_maximum_gradient(const float *x, const float *y, const float *dy, float *dx,
                              const lk_image *image, int64_t size) {
    int64_t width = image->width, channels = image->channels;
    int64_t lines = image->height / size, columns = width / size;
    memset(dx, 0, (size_t)(image->height * width * channels) * sizeof(float));
    for (int64_t line = 0; line < lines; line++)
        for (int64_t column = 0; column < columns; column++) {
            int64_t at = (line * columns + column) * channels;
            // From the last place to the first: where several are largest, the first keeps it.
            for (int64_t i = size - 1; i >= 0; i--)
                for (int64_t j = size - 1; j >= 0; j--) {
                    int64_t here = ((line * size + i) * width + column * size + j) * channels;
                    for (int64_t c = 0; c < channels; c++)
                        dx[here + c] = x[here + c] == y[at + c] ? dy[at + c] : 0.0f;
                    for (int64_t later = i * size + j + 1; later < size * size; later++) {
                        int64_t there =
                            ((line * size + later / size) * width + column * size + later % size) * channels;
                        for (int64_t c = 0; c < channels; c++)
                            dx[there + c] = x[here + c] == y[at + c] ? 0.0f : dx[there + c];
                    }
                }
        }
}
