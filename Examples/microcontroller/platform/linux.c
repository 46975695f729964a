// Linux on x86-64 without a C library: the kernel is asked directly.
#include "platform.h"

int forecast_all(void);

static long kernel(long call, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(call), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

void platform_write(const char *text, size_t bytes) {
    while (bytes) {
        long written = kernel(1, 1, (long)text, (long)bytes);
        if (written <= 0) break;
        text += written;
        bytes -= (size_t)written;
    }
}

// The kernel gives what is needed; it is not measured here.
size_t stack_peak(void) { return 0; }

__attribute__((force_align_arg_pointer, noreturn)) void _start(void) {
    int status = forecast_all();
    for (;;) kernel(231, status, 0, 0); // exit_group
}
