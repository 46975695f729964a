// What a peer's process answers over stdin and stdout, the same lines as ours (Server.swift), and
// what both peers in C need of files. A peer defines `open_session`, `close_session` and `run_session`.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *model;          // the file in memory, at a multiple of 64
static size_t model_size;
static float *raw, *history; // as they come, and what the session reads; the same without scaling
static float *result, *forecast; // what the session writes, and what is given to the caller
static int64_t *slots;
static size_t slot_count, history_count, forecast_count;
static int64_t in_shape[3], out_shape[3]; // [T, N, C] and [H, N, O]
// As the model declares them.
static int64_t model_in[8], model_out[8];
static unsigned in_rank, out_rank;
static float *center, *spread;
static int scales; // here rather than in the model

static void open_session(void);
static void close_session(void);
static void run_session(void);

static void fail(const char *what, const char *why) {
    printf("%s: %s\n", what, why ? why : "failed");
    fflush(stdout);
    exit(1);
}

static void *whole_file(const char *folder, const char *name, size_t *size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail(path, "cannot be read");
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = aligned_alloc(64, (*size + 128) / 64 * 64);
    if (fread(bytes, 1, *size, file) != *size) fail(path, "ended early");
    fclose(file);
    return bytes;
}

static unsigned numbers(char *text, int64_t *values) {
    unsigned count = 0;
    for (char *one = strtok(text, " "); one && count < 8; one = strtok(NULL, " ")) values[count++] = atol(one);
    return count;
}

static void read_case(const char *folder, const char *model_name, int scaling) {
    size_t size;
    char *manifest = whole_file(folder, "manifest.txt", &size);
    manifest[size] = 0;
    if (sscanf(manifest, "shape.in %ld %ld %ld shape.out %ld %ld %ld", in_shape, in_shape + 1, in_shape + 2,
               out_shape, out_shape + 1, out_shape + 2) != 6) fail("manifest.txt", "no shapes");
    free(manifest);
    char *shapes = whole_file(folder, "shapes.txt", &size);
    shapes[size] = 0;
    char *second = strchr(shapes, '\n');
    if (!second) fail("shapes.txt", "no second line");
    *second = 0;
    in_rank = numbers(shapes, model_in);
    out_rank = numbers(second + 1, model_out);
    free(shapes);
    history_count = in_shape[0] * in_shape[1] * in_shape[2];
    forecast_count = out_shape[0] * out_shape[1] * out_shape[2];
    raw = whole_file(folder, "readings.bin", &size);
    center = whole_file(folder, "center.bin", &size);
    spread = whole_file(folder, "spread.bin", &size);
    slots = whole_file(folder, "slots.bin", &size);
    slot_count = size / 8;
    model = whole_file(folder, model_name, &model_size);
    scales = scaling;
    history = scaling ? aligned_alloc(64, (history_count * 4 + 127) / 64 * 64) : raw;
    result = aligned_alloc(64, (forecast_count * 4 + 127) / 64 * 64);
    forecast = scaling ? aligned_alloc(64, (forecast_count * 4 + 127) / 64 * 64) : result;
}

// One forecast. With `scales`, the caller's loops around the session; the first channel is the target.
static void predict(void) {
    if (scales) {
        size_t width = in_shape[1] * in_shape[2];
        for (int64_t step = 0; step < in_shape[0]; step++)
            for (size_t i = 0; i < width; i++)
                history[step * width + i] = (raw[step * width + i] - center[i]) / spread[i];
    }
    run_session();
    if (scales) {
        for (int64_t step = 0; step < out_shape[0]; step++)
            for (int64_t node = 0; node < out_shape[1]; node++) {
                size_t at = step * out_shape[1] + node, entry = node * in_shape[2];
                forecast[at] = result[at] * spread[entry] + center[entry];
            }
    }
}

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void answer_all(void) {
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        char word[32] = "";
        long count = 0;
        sscanf(line, "%31s %ld", word, &count);
        int kind = !strcmp(word, "run") ? 1 : !strcmp(word, "batch") ? 2 : !strcmp(word, "load") ? 3 : 0;
        if (!strcmp(word, "output")) {
            predict();
            for (size_t i = 0; i < forecast_count; i++) printf("%.9g ", forecast[i]);
            printf("\n");
        } else if (!strcmp(word, "warm")) {
            for (long i = 0; i < count; i++) predict();
            printf("warm\n");
        } else if (kind) {
            int64_t *times = malloc(count * sizeof *times);
            for (long i = 0; i < count; i++) {
                if (kind == 3) close_session();
                int64_t start = nanoseconds();
                if (kind == 3) open_session();
                for (int c = 0; c < (kind == 2 ? 100 : 1); c++) predict();
                times[i] = nanoseconds() - start;
            }
            for (long i = 0; i < count; i++) printf("%ld ", times[i]);
            printf("\n");
            free(times);
        } else return;
        fflush(stdout);
    }
}

// arguments: LIBRARY FOLDER MODEL model|caller [N]: who scales, and N forecasts and the end
static void *begin(int argc, char **argv) {
    if (argc < 5) fail(argv[0], "LIBRARY FOLDER MODEL model|caller [N]");
    read_case(argv[2], argv[3], !strcmp(argv[4], "caller"));
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) fail(argv[1], dlerror());
    return library;
}

static int serve(int argc, char **argv) {
    open_session();
    if (argc > 5) {
        for (long i = atol(argv[5]); i > 0; i--) predict();
        return 0;
    }
    answer_all();
    return 0;
}
