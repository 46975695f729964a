// The C functions that Embedded Swift calls: a heap in a static pool, and copies of memory.
#include "platform.h"

#ifndef POOL
#define POOL 6144
#endif

// A block is its header, then its bytes. Blocks follow one another through the whole pool.
typedef struct {
    uint32_t size; // bytes after the header
    uint32_t used;
} block;

_Alignas(16) static uint8_t pool[POOL];
static size_t peak;

size_t heap_peak(void) { return peak; }

static block *next(block *b) { return (block *)((uint8_t *)(b + 1) + b->size); }

static int inside(block *b) { return (uint8_t *)(b + 1) <= pool + POOL; }

int posix_memalign(void **out, size_t alignment, size_t bytes) {
    if (alignment < 8) alignment = 8;
    size_t wanted = (bytes + 7) & ~(size_t)7;
    block *b = (block *)pool;
    if (b->size == 0) b->size = POOL - sizeof(block);
    for (; inside(b); b = next(b)) {
        if (b->used) continue;
        // Free neighbours become one.
        while (inside(next(b)) && !next(b)->used) b->size += next(b)->size + sizeof(block);
        uintptr_t start = (uintptr_t)(b + 1);
        uintptr_t at = (start + alignment - 1) & ~(uintptr_t)(alignment - 1);
        // What is skipped must be able to hold a block of its own.
        while (at != start && at - start < 2 * sizeof(block)) at += alignment;
        size_t skipped = at - start;
        if (b->size < skipped + wanted) continue;
        if (skipped) {
            uint32_t whole = b->size;
            b->size = skipped - sizeof(block);
            b = next(b);
            b->size = whole - skipped;
        }
        if (b->size >= wanted + 2 * sizeof(block)) {
            uint32_t rest = b->size - wanted - sizeof(block);
            b->size = wanted;
            *next(b) = (block){rest, 0};
        }
        b->used = 1;
        size_t top = (size_t)((uint8_t *)next(b) - pool);
        if (top > peak) peak = top;
        *out = b + 1;
        return 0;
    }
    return 12; // ENOMEM
}

void free(void *pointer) {
    if (pointer) ((block *)pointer - 1)->used = 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    while (bytes--) *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    if (t < f) return memcpy(to, from, bytes);
    while (bytes--) t[bytes] = f[bytes];
    return to;
}

void *memset(void *to, int value, size_t bytes) {
    uint8_t *t = to;
    while (bytes--) *t++ = (uint8_t)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t bytes) {
    const uint8_t *l = left, *r = right;
    for (; bytes; bytes--, l++, r++)
        if (*l != *r) return *l - *r;
    return 0;
}

// Swift seeds hash tables with this; a device without a source of chance hashes the same each time.
void arc4random_buf(void *to, size_t bytes) { memset(to, 0x5a, bytes); }

#ifdef __arm__
// The same under the names of the ARM ABI; fills take their arguments in another order.
#define ALIAS(of) __attribute__((alias(#of)))
void *__aeabi_memcpy(void *, const void *, size_t) ALIAS(memcpy);
void *__aeabi_memcpy4(void *, const void *, size_t) ALIAS(memcpy);
void *__aeabi_memcpy8(void *, const void *, size_t) ALIAS(memcpy);
void *__aeabi_memmove(void *, const void *, size_t) ALIAS(memmove);
void *__aeabi_memmove4(void *, const void *, size_t) ALIAS(memmove);
void *__aeabi_memmove8(void *, const void *, size_t) ALIAS(memmove);
void __aeabi_memset(void *to, size_t bytes, int value) { memset(to, value, bytes); }
void __aeabi_memset4(void *, size_t, int) ALIAS(__aeabi_memset);
void __aeabi_memset8(void *, size_t, int) ALIAS(__aeabi_memset);
void __aeabi_memclr(void *to, size_t bytes) { memset(to, 0, bytes); }
void __aeabi_memclr4(void *, size_t) ALIAS(__aeabi_memclr);
void __aeabi_memclr8(void *, size_t) ALIAS(__aeabi_memclr);
#endif
