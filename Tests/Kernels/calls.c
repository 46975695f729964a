// Every kernel of a set against its definition in double precision, over drawn sizes. Runs without a C
// library, on an emulated processor too: prints one line a kernel and fails above 2e-6 of the largest value.
#include "limbeck_runtime.h"
#include <stddef.h>

void platform_write(const char *text, size_t bytes);
int check_kernels(void);

enum { CASES = 400, ROOM = 1 << 17 };

static float x[ROOM], weight[ROOM], bias[4096], added[ROOM], y[ROOM], scratch[ROOM];
static double exact[ROOM], cells[4096], before[4096];
static int8_t stored[ROOM];

static uint64_t random_state;
static uint64_t next(void) {
    random_state += 0x9e3779b97f4a7c15u;
    uint64_t z = random_state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static int64_t among(int64_t low, int64_t high) { return low + (int64_t)(next() % (uint64_t)(high - low + 1)); }
static float real(void) { return (float)(next() >> 40) * 0x1p-23f - 1; }
static void fill(float *p, int64_t count) {
    for (int64_t i = 0; i < count; i++) p[i] = real();
}

// MARK: Definitions

static double exponential(double v) {
    if (v < -700) return 0;
    if (v > 700) v = 700;
    int64_t n = (int64_t)(v * 1.4426950408889634 + (v < 0 ? -0.5 : 0.5));
    double r = v - (double)n * 0.6931471805599453, sum = 1, term = 1;
    for (int i = 1; i < 20; i++) sum += term *= r / i;
    union {
        uint64_t bits;
        double value;
    } scale = {(uint64_t)(n + 1023) << 52};
    return sum * scale.value;
}
static double sigmoid(double v) { return 1 / (1 + exponential(-v)); }
static double hyperbolic(double v) { return v > 20 ? 1 : v < -20 ? -1 : 1 - 2 / (exponential(2 * v) + 1); }
// The series of erf converges everywhere; beyond 4 it is 1 in single precision.
static double error_function(double v) {
    if (v > 4) return 1;
    if (v < -4) return -1;
    double sum = v, term = v;
    for (int n = 1; n < 120; n++) {
        term *= -v * v / n;
        sum += term / (2 * n + 1);
    }
    return sum * 1.1283791670955126;
}
static double applied(int32_t kind, double v) {
    switch (kind) {
    case lkr_exponential: return exponential(v);
    case lkr_relu: return v < 0 ? 0 : v;
    case lkr_sigmoid: return sigmoid(v);
    case lkr_tanh: return hyperbolic(v);
    case lkr_erf: return error_function(v);
    case lkr_gelu: return 0.5 * v * (1 + error_function(v * 0.7071067811865476));
    default: return v;
    }
}

static const int32_t kinds[] = {lkr_identity, lkr_relu, lkr_sigmoid, lkr_tanh, lkr_gelu};

// MARK: Cases: each calls the kernel, leaves what is right in `exact` and returns how many results there are

static int64_t product(const lkr_kernels *k) {
    lkr_product p = {.m = among(1, 40), .n = among(1, 70), .depth = among(1, 70)};
    bool adds = next() % 4 == 0;
    if (adds) p.m = among(16, 40), p.n = 16 * among(1, 4);
    p.activation = adds ? lkr_identity : kinds[next() % 5];
    bool across = next() % 4 == 0;
    p.a_row = across ? 1 : p.depth;
    p.a_depth = across ? p.m : 1;
    p.a = x, p.b = weight, p.c = y, p.bias = next() % 3 ? bias : 0, p.added = adds ? added : 0;
    fill(x, p.m * p.depth), fill(weight, p.depth * p.n), fill(bias, p.n), fill(added, p.m * p.n);
    for (int64_t i = 0; i < p.m; i++) {
        for (int64_t j = 0; j < p.n; j++) {
            double sum = p.bias ? bias[j] : 0;
            for (int64_t d = 0; d < p.depth; d++)
                sum += (double)x[i * p.a_row + d * p.a_depth] * weight[d * p.n + j];
            exact[i * p.n + j] = applied(p.activation, sum) + (adds ? added[i * p.n + j] : 0);
        }
    }
    if (adds && next() % 2) {
        // Added to in place.
        for (int64_t i = 0; i < p.m * p.n; i++) y[i] = added[i];
        p.added = y;
    }
    k->product(&p);
    return p.m * p.n;
}

static int64_t convolution(const lkr_kernels *k) {
    lkr_convolution c = {
        .batch = among(1, 2), .height = among(1, 7), .width = among(1, 20), .kernel_height = among(1, 3),
        .kernel_width = among(1, 4), .stride_y = among(1, 2), .stride_x = among(1, 2), .dilation_y = among(1, 2),
        .dilation_x = among(1, 3), .top = among(0, 2), .left = among(0, 3), .activation = kinds[next() % 5],
    };
    int64_t inputs = 1, outputs = 1;
    c.groups = among(1, 20);
    if (next() % 2) c.groups = among(1, 3), inputs = among(1, 9), outputs = among(1, 20);
    c.channels = c.groups * inputs, c.outputs = c.groups * outputs;
    int64_t reach_y = (c.kernel_height - 1) * c.dilation_y, reach_x = (c.kernel_width - 1) * c.dilation_x;
    int64_t room_y = c.height + 2 * c.top - reach_y, room_x = c.width + 2 * c.left - reach_x;
    if (room_y < 1 || room_x < 1) return 0;
    c.output_height = (room_y - 1) / c.stride_y + 1, c.output_width = (room_x - 1) / c.stride_x + 1;
    c.x = x, c.weight = weight, c.y = y, c.bias = next() % 3 ? bias : 0;
    fill(x, c.batch * c.height * c.width * c.channels);
    fill(weight, c.kernel_height * c.kernel_width * inputs * c.outputs), fill(bias, c.outputs);
    int64_t at = 0;
    for (int64_t b = 0; b < c.batch; b++) {
        for (int64_t row = 0; row < c.output_height; row++) {
            for (int64_t column = 0; column < c.output_width; column++) {
                for (int64_t o = 0; o < c.outputs; o++) {
                    double sum = c.bias ? bias[o] : 0;
                    for (int64_t i = 0; i < c.kernel_height; i++) {
                        for (int64_t j = 0; j < c.kernel_width; j++) {
                            int64_t py = row * c.stride_y + i * c.dilation_y - c.top;
                            int64_t px = column * c.stride_x + j * c.dilation_x - c.left;
                            if (py < 0 || py >= c.height || px < 0 || px >= c.width) continue;
                            const float *pixel = x + ((b * c.height + py) * c.width + px) * c.channels;
                            const float *tap = weight + (i * c.kernel_width + j) * inputs * c.outputs;
                            for (int64_t d = 0; d < inputs; d++)
                                sum += (double)pixel[o / outputs * inputs + d] * tap[d * c.outputs + o];
                        }
                    }
                    exact[at++] = applied(c.activation, sum);
                }
            }
        }
    }
    k->convolve(&c);
    return at;
}

static int64_t recurrence(const lkr_kernels *k) {
    lkr_recurrence r = {.steps = among(1, 6), .rows = among(1, 9), .units = among(1, 20)};
    r.is_lstm = next() % 2, r.keeps_steps = next() % 2;
    int64_t u = r.units, wide = (r.is_lstm ? 4 : 3) * u;
    r.gates = x, r.weight = weight, r.bias = next() % 3 ? bias : 0, r.scratch = scratch, r.y = y;
    fill(x, r.steps * r.rows * wide), fill(weight, u * wide), fill(bias, wide);
    for (int64_t i = 0; i < r.rows * u; i++) cells[i] = before[i] = 0;
    for (int64_t step = 0; step < r.steps; step++) {
        double *h = exact + (r.keeps_steps ? step * r.rows * u : 0);
        for (int64_t row = 0; row < r.rows; row++) {
            for (int64_t i = 0; i < u; i++) {
                double given[4], own[4];
                for (int64_t gate = 0; gate * u < wide; gate++) {
                    given[gate] = x[(step * r.rows + row) * wide + gate * u + i];
                    own[gate] = r.bias ? bias[gate * u + i] : 0;
                    for (int64_t d = 0; d < u; d++)
                        own[gate] += before[row * u + d] * weight[d * wide + gate * u + i];
                }
                int64_t at = row * u + i;
                if (r.is_lstm) {
                    cells[at] = sigmoid(given[1] + own[1]) * cells[at]
                        + sigmoid(given[0] + own[0]) * hyperbolic(given[2] + own[2]);
                    h[at] = sigmoid(given[3] + own[3]) * hyperbolic(cells[at]);
                } else {
                    double fresh = hyperbolic(given[2] + sigmoid(given[0] + own[0]) * own[2]);
                    h[at] = fresh + sigmoid(given[1] + own[1]) * (before[at] - fresh);
                }
            }
        }
        for (int64_t i = 0; i < r.rows * u; i++) before[i] = h[i];
    }
    k->recur(&r);
    return (r.keeps_steps ? r.steps : 1) * r.rows * u;
}

static int64_t quantized(const lkr_kernels *k) {
    lkr_quantized q = {.m = among(1, 40), .n = among(1, 50), .depth = among(1, 90), .input_scale = 0.0078125f};
    q.activation = kinds[next() % 5];
    q.x = x, q.weight = stored, q.scales = weight, q.bias = next() % 3 ? bias : 0, q.scratch = scratch, q.c = y;
    fill(x, q.m * q.depth), fill(weight, q.n), fill(bias, q.n);
    // Results near one, where activations bend.
    for (int64_t i = 0; i < q.n; i++) weight[i] *= 0.01f;
    for (int64_t i = 0; i < q.depth * q.n; i++) stored[i] = (int8_t)among(-127, 127);
    for (int64_t i = 0; i < q.m; i++) {
        for (int64_t j = 0; j < q.n; j++) {
            double sum = 0;
            for (int64_t d = 0; d < q.depth; d++) {
                double ratio = x[i * q.depth + d] * 128.0;
                ratio = ratio > 127 ? 127 : ratio < -127 ? -127 : ratio;
                int64_t whole = (int64_t)(ratio + (ratio < 0 ? -0.5 : 0.5));
                // Ties go to the even one.
                if ((double)whole - ratio == 0.5 || ratio - (double)whole == 0.5) whole -= whole % 2 ? (ratio < 0 ? -1 : 1) : 0;
                sum += (double)(whole * stored[d * q.n + j]);
            }
            exact[i * q.n + j] = applied(q.activation, sum * q.input_scale * weight[j] + (q.bias ? bias[j] : 0));
        }
    }
    k->quantized(&q);
    return q.m * q.n;
}

static int64_t functions(const lkr_kernels *k) {
    static const int32_t all[] = {
        lkr_exponential, lkr_relu, lkr_sigmoid, lkr_tanh, lkr_erf, lkr_gelu,
    };
    int32_t kind = all[next() % 6];
    int64_t count = among(1, 40);
    fill(x, count);
    for (int64_t i = 0; i < count; i++) exact[i] = applied(kind, x[i] *= 6);
    return k->unary(kind, x, y, count) ? count : 0;
}

// MARK: Comparing

static void print(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    platform_write(text, length);
}

static void print_number(int64_t value) {
    char digits[24];
    int at = 23;
    digits[at] = 0;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    print(digits + at);
}

static int compare(const char *name, const lkr_kernels *k, int64_t (*run)(const lkr_kernels *)) {
    double worst = 0;
    int64_t results = 0;
    for (int one = 0; one < CASES; one++) {
        int64_t count = run(k);
        double largest = 1;
        for (int64_t i = 0; i < count; i++) {
            double size = exact[i] < 0 ? -exact[i] : exact[i];
            if (size > largest) largest = size;
        }
        for (int64_t i = 0; i < count; i++) {
            double difference = (y[i] - exact[i]) / largest;
            if (difference < 0) difference = -difference;
            // Written so that NaN counts.
            if (!(difference <= worst)) worst = difference == difference ? difference : 1e9;
        }
        results += count;
    }
    print(k->name), print(" "), print(name), print(": "), print_number(results);
    print(" results, largest difference "), print_number((int64_t)(worst * 1e9 + 0.5)), print("e-9\n");
    return !(worst <= 2e-6) || results == 0;
}

int check_kernels(void) {
    int failures = 0;
    for (int32_t set = 0; lkr_set(set); set++) {
        const lkr_kernels *k = lkr_set(set);
        random_state = 23;
        failures += compare("products", k, product);
        failures += compare("convolutions", k, convolution);
        failures += compare("recurrent layers", k, recurrence);
        failures += compare("int8 products", k, quantized);
        failures += compare("functions", k, functions);
    }
    return failures;
}
