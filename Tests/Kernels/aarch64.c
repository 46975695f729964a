// A bare AArch64 processor under QEMU (virt): start, screen and end by semihosting.
#include <stddef.h>
#include <stdint.h>

int check_kernels(void);
void platform_write(const char *text, size_t bytes);

static long semihosting(long operation, const void *argument) {
    register long x0 __asm__("x0") = operation;
    register const void *x1 __asm__("x1") = argument;
    __asm__ volatile("hlt 0xf000" : "+r"(x0) : "r"(x1) : "memory");
    return x0;
}

void platform_write(const char *text, size_t bytes) {
    static long screen;
    if (!screen) screen = semihosting(1, (const uint64_t[]){(uint64_t) ":tt", 4, 3}); // SYS_OPEN, for writing
    semihosting(5, (const uint64_t[]){(uint64_t)screen, (uint64_t)text, bytes});      // SYS_WRITE
}

void *memset(void *to, int value, size_t count) {
    for (volatile uint8_t *p = to; count > 0; count--) *p++ = (uint8_t)value;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    volatile uint8_t *p = to;
    for (const uint8_t *q = from; count > 0; count--) *p++ = *q++;
    return to;
}

_Noreturn void begin(void);
_Noreturn void begin(void) {
    uint64_t end[2] = {0x20026, (uint64_t)check_kernels()}; // SYS_EXIT, application exit
    for (;;) semihosting(0x18, end);
}

__asm__(".section .start, \"ax\"\n"
        ".global _start\n"
        "_start:\n"
        "mov x0, #(3 << 20)\n" // CPACR_EL1: vector registers on
        "msr cpacr_el1, x0\n"
        "isb\n"
        "ldr x0, =stack_top\n"
        "mov sp, x0\n"
        "b begin\n");
