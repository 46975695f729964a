// ONNX Runtime through its C API, for `make bench-runtime`: one thread, every graph optimisation,
// inputs and outputs bound to this program's memory once. The wheel has the library but no header;
// the table of functions only ever grows, so the positions used here hold for every later version.
#include "serve.h"

enum {
    GetErrorMessage = 2, CreateEnv = 3, CreateSessionFromArray = 8, CreateSessionOptions = 10,
    SetGraphOptimizationLevel = 23, SetIntraOpNumThreads = 24, SetInterOpNumThreads = 25,
    CreateTensorWithData = 49, CreateCpuMemoryInfo = 69, ReleaseSession = 95, ReleaseValue = 96,
    AddSessionConfigEntry = 130, RunWithBinding = 133, CreateIoBinding = 134, ReleaseIoBinding = 135,
    BindInput = 136, BindOutput = 137,
};

typedef void *(*Function)();
struct Base { void **(*get)(uint32_t); const char *(*version)(void); };

static void **api;
static void *env, *options, *memory, *session, *binding, *values[4];

#define CALL(name, ...) check(((Function)api[name])(__VA_ARGS__), #name)

static void check(void *status, const char *what) {
    if (status) fail(what, ((const char *(*)(void *))api[GetErrorMessage])(status));
}

// Element types: 1 float32, 7 int64.
static void bind(int number, int is_output, const char *name, void *data, size_t bytes, int64_t *shape, size_t rank,
                 int type) {
    CALL(CreateTensorWithData, memory, data, bytes, shape, rank, type, &values[number]);
    CALL(is_output ? BindOutput : BindInput, binding, name, values[number]);
}

static void open_session(void) {
    CALL(CreateSessionFromArray, env, (void *)model, model_size, options, &session);
    CALL(CreateIoBinding, session, &binding);
    static int64_t one[1] = {1};
    bind(0, 0, "history", history, history_count * 4, model_in, (size_t)in_rank, 1);
    bind(1, 1, "forecast", result, forecast_count * 4, model_out, (size_t)out_rank, 1);
    const char *names[2] = {"timeOfDay", "weekday"};
    for (size_t slot = 0; slot < slot_count; slot++)
        bind(2 + (int)slot, 0, names[slot], slots + slot, (size_t)8, one, (size_t)1, 7);
}

static void close_session(void) {
    ((Function)api[ReleaseIoBinding])(binding);
    for (size_t i = 0; i < 2 + slot_count; i++) ((Function)api[ReleaseValue])(values[i]);
    ((Function)api[ReleaseSession])(session);
}

static void *(*run_with_binding)(void *, void *, void *);

static void run_session(void) {
    void *status = run_with_binding(session, NULL, binding);
    if (status) check(status, "RunWithBinding");
}

int main(int argc, char **argv) {
    void *library = begin(argc, argv);
    struct Base *(*base)(void) = (struct Base * (*)(void)) dlsym(library, "OrtGetApiBase");
    if (!base) fail("OrtGetApiBase", dlerror());
    api = base()->get(14);
    if (!api) fail("OrtApi", "this version is not offered");
    run_with_binding = (void *(*)(void *, void *, void *))api[RunWithBinding];
    CALL(CreateEnv, 3, "bench", &env);
    CALL(CreateSessionOptions, &options);
    CALL(SetIntraOpNumThreads, options, 1);
    CALL(SetInterOpNumThreads, options, 1);
    CALL(SetGraphOptimizationLevel, options, 99);
    CALL(AddSessionConfigEntry, options, "session.intra_op.allow_spinning", "0");
    CALL(CreateCpuMemoryInfo, 0, 0, &memory);
    return serve(argc, argv);
}
