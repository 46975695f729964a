// LiteRT through the C API of its wheel's libLiteRt.so (compiled models; the wheel exports no
// TfLiteInterpreter), for `make bench-runtime`: CPU with XNNPACK, one thread, buffers of this program.
#include "serve.h"

typedef struct {
    unsigned int rank : 7;
    unsigned int has_strides : 1;
    int32_t dimensions[8];
    uint32_t strides[8];
} Layout;
typedef struct { int element; Layout layout; } TensorType;

#define HANDLES(X) \
    X(LiteRtCreateEnvironment, int, int, void *, void **) \
    X(LiteRtCreateModelFromBuffer, int, void *, const void *, size_t, void **) \
    X(LiteRtDestroyModel, void, void *) \
    X(LiteRtCreateOptions, int, void **) \
    X(LiteRtDestroyOptions, void, void *) \
    X(LiteRtSetOptionsHardwareAccelerators, int, void *, int) \
    X(LiteRtCreateOpaqueOptions, int, const char *, void *, void (*)(void *), void **) \
    X(LiteRtAddOpaqueOptions, int, void *, void *) \
    X(LiteRtCreateCompiledModel, int, void *, void *, void *, void **) \
    X(LiteRtDestroyCompiledModel, void, void *) \
    X(LiteRtCreateTensorBufferFromHostMemory, int, const TensorType *, void *, size_t, void *, void **) \
    X(LiteRtDestroyTensorBuffer, void, void *) \
    X(LiteRtRunCompiledModel, int, void *, size_t, size_t, void **, size_t, void **)

#define DECLARE(name, result, ...) static result (*name)(__VA_ARGS__);
HANDLES(DECLARE)

static void *environment, *graph, *compiled, *inputs[3], *output;

#define CHECK(call) do { int status = call; if (status) { char text[32]; \
    snprintf(text, sizeof text, "status %d", status); fail(#call, text); } } while (0)

static void *buffer(void *data, size_t bytes, const int64_t *shape, unsigned rank, int element) {
    TensorType type = {element, {rank, 0, {0}, {0}}};
    for (unsigned axis = 0; axis < rank; axis++) type.layout.dimensions[axis] = (int32_t)shape[axis];
    void *made = NULL;
    CHECK(LiteRtCreateTensorBufferFromHostMemory(&type, data, bytes, NULL, &made));
    return made;
}

static void open_session(void) {
    CHECK(LiteRtCreateModelFromBuffer(environment, model, model_size, &graph));
    void *options = NULL, *threads = NULL;
    CHECK(LiteRtCreateOptions(&options));
    CHECK(LiteRtSetOptionsHardwareAccelerators(options, 1));
    // The CPU's options are text (TOML).
    CHECK(LiteRtCreateOpaqueOptions("xnnpack", strdup("num_threads = 1\n"), free, &threads));
    CHECK(LiteRtAddOpaqueOptions(options, threads));
    CHECK(LiteRtCreateCompiledModel(environment, graph, options, &compiled));
    LiteRtDestroyOptions(options);
    static const int64_t one[1] = {1};
    inputs[0] = buffer(history, history_count * 4, model_in, in_rank, 1);
    // Indices are int32 here: the low halves of ours.
    for (size_t slot = 0; slot < slot_count; slot++) inputs[1 + slot] = buffer((int32_t *)slots + 16 * slot, 4, one, 1, 2);
    output = buffer(result, forecast_count * 4, model_out, out_rank, 1);
}

static void close_session(void) {
    for (size_t i = 0; i < 1 + slot_count; i++) LiteRtDestroyTensorBuffer(inputs[i]);
    LiteRtDestroyTensorBuffer(output);
    LiteRtDestroyCompiledModel(compiled);
    LiteRtDestroyModel(graph);
}

static void run_session(void) {
    int status = LiteRtRunCompiledModel(compiled, 0, 1 + slot_count, inputs, 1, &output);
    if (status) fail("LiteRtRunCompiledModel", NULL);
}

int main(int argc, char **argv) {
    void *library = begin(argc, argv);
#define LOAD(name, ...) if (!(*(void **)&name = dlsym(library, #name))) fail(#name, dlerror());
    HANDLES(LOAD)
    // Every buffer starts at a multiple of 64.
    int32_t *indices = aligned_alloc(64, 256);
    for (size_t slot = 0; slot < slot_count; slot++) indices[16 * slot] = (int32_t)slots[slot];
    slots = (int64_t *)indices;
    CHECK(LiteRtCreateEnvironment(0, NULL, &environment));
    return serve(argc, argv);
}
