// The worker pool: the caller is worker 0; the others spin briefly, then park on a futex.
#define _GNU_SOURCE
#include "CLimbeckKernels.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#else
#include <sched.h>
#endif

/// oneDNN may have been built with OpenMP, which would start a team inside every worker; each
/// thread that calls it asks for a team of one. Looked up at run time, since nothing of ours
/// links OpenMP and a weak symbol stays unresolved.
void lk_keep_to_one_thread(void) {
    static _Thread_local bool asked = false;
    if (asked) return;
    asked = true;
    void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (set) set(1);
}

typedef struct {
    lk_pool *pool;
    int32_t index;
} lk_worker;

struct lk_pool {
    int32_t workers;
    _Atomic int32_t round;    // counts tasks
    _Atomic int32_t arrived;  // at the barrier
    _Atomic int32_t passed;   // barriers so far
    _Atomic int32_t sleepers;
    lk_task task;
    void *context;
    bool stopping;
    pthread_t *threads;
    lk_worker *arguments;
};

static void lk_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Waits until *word differs from `seen`.
static void lk_wait(lk_pool *pool, _Atomic int32_t *word, int32_t seen) {
    for (int spin = 0; spin < 4000; spin++) {
        if (atomic_load_explicit(word, memory_order_acquire) != seen) return;
        lk_pause();
    }
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(word) == seen) {
#if defined(__linux__)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
#else
        sched_yield();
#endif
    }
    atomic_fetch_sub(&pool->sleepers, 1);
}

static void lk_advance(lk_pool *pool, _Atomic int32_t *word) {
    atomic_fetch_add(word, 1);
    if (atomic_load(&pool->sleepers) == 0) return;
#if defined(__linux__)
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 20, NULL, NULL, 0);
#endif
}

void lk_pool_barrier(lk_pool *pool) {
    if (pool->workers == 1) return;
    int32_t seen = atomic_load(&pool->passed);
    if (atomic_fetch_add(&pool->arrived, 1) + 1 == pool->workers) {
        atomic_store(&pool->arrived, 0);
        lk_advance(pool, &pool->passed);
    } else {
        lk_wait(pool, &pool->passed, seen);
    }
}

static void *lk_worker_main(void *argument) {
    lk_worker *worker = argument;
    lk_pool *pool = worker->pool;
    lk_keep_to_one_thread();
    int32_t seen = 0;
    for (;;) {
        lk_wait(pool, &pool->round, seen);
        seen++;
        if (pool->stopping) return NULL;
        pool->task(worker->index, pool->context);
        lk_pool_barrier(pool);
    }
}

lk_pool *lk_pool_create(int32_t workers) {
    lk_pool *pool = calloc(1, sizeof *pool);
    pool->workers = workers;
    pool->threads = calloc((size_t)workers, sizeof *pool->threads);
    pool->arguments = calloc((size_t)workers, sizeof *pool->arguments);
    for (int32_t i = 1; i < workers; i++) {
        pool->arguments[i] = (lk_worker){pool, i};
        pthread_create(&pool->threads[i], NULL, lk_worker_main, &pool->arguments[i]);
    }
    return pool;
}

void lk_pool_destroy(lk_pool *pool) {
    pool->stopping = true;
    lk_advance(pool, &pool->round);
    for (int32_t i = 1; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
    free(pool->threads);
    free(pool->arguments);
    free(pool);
}

void lk_pool_run(lk_pool *pool, lk_task task, void *context) {
    lk_keep_to_one_thread();
    pool->task = task;
    pool->context = context;
    lk_advance(pool, &pool->round);
    task(0, context);
    lk_pool_barrier(pool);
}

/// What stands before memory of `lk_allocate`; as long as a cache line.
typedef struct {
    void *base;
    size_t mapped;  // 0 where it is from the heap
    char padding[48];
} lk_header;

float *lk_allocate(size_t floats) {
    enum { HUGE_PAGE = 1 << 21 };
    size_t bytes = (floats * sizeof(float) + 63) / 64 * 64 + sizeof(lk_header);
    lk_header header = {NULL, 0, {0}};
    char *start = NULL;
#if defined(__linux__)
    // Large memory straight from the system: zero without being written, in huge pages where it has
    // them, so that a step meets few page faults.
    if (bytes >= 4 * HUGE_PAGE) {
        size_t mapped = bytes + HUGE_PAGE;
        void *base = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (base == MAP_FAILED) return NULL;
        start = (char *)(((uintptr_t)base + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
        madvise(start, bytes, MADV_HUGEPAGE);
        header.base = base;
        header.mapped = mapped;
    }
#endif
    if (!start) {
        void *base = NULL;
        if (posix_memalign(&base, 64, bytes) != 0) return NULL;
        __builtin_memset(base, 0, bytes);
        start = base;
        header.base = base;
    }
    *(lk_header *)start = header;
    return (float *)(start + sizeof(lk_header));
}

void lk_release(float *memory) {
    if (!memory) return;
    lk_header header = *(lk_header *)((char *)memory - sizeof(lk_header));
#if defined(__linux__)
    if (header.mapped) {
        munmap(header.base, header.mapped);
        return;
    }
#endif
    free(header.base);
}

size_t lk_heap_bytes(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

double lk_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}
