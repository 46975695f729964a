// Cortex-M4 (mps2-an386): vector table, start of C, screen by semihosting.
#include "platform.h"

void *memcpy(void *restrict, const void *restrict, size_t);
void *memset(void *, int, size_t);

extern uint8_t stack_top[], stack_limit[], data_load[], data_start[], data_end[], bss_start[], bss_end[];
int forecast_all(void);

static int semihosting(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void platform_write(const char *text, size_t bytes) {
    static uint32_t screen;
    if (!screen) {
        uint32_t open[3] = {(uint32_t)":tt", 4, 3}; // SYS_OPEN of the console, for writing
        screen = (uint32_t)semihosting(1, open);
    }
    uint32_t call[3] = {screen, (uint32_t)text, bytes}; // SYS_WRITE
    semihosting(5, call);
}

static _Noreturn void leave(int status) {
    uint32_t call[2] = {0x20026, (uint32_t)status}; // SYS_EXIT_EXTENDED, application exit
    for (;;) semihosting(0x20, call);
}

#define PAINT 0xa5u

size_t stack_peak(void) {
    const uint8_t *p = stack_limit;
    while (p < stack_top && *p == PAINT) p++;
    return (size_t)(stack_top - p);
}

void reset(void) {
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; // CPACR: the floating point unit on
    __asm__ volatile("dsb\nisb");
    for (volatile uint8_t *p = stack_limit; (uint8_t *)p < (uint8_t *)__builtin_frame_address(0) - 64;) *p++ = PAINT;
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    leave(forecast_all());
}

static void fault(void) {
    static const char text[] = "fault\n";
    platform_write(text, sizeof text - 1);
    leave(70);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault,
};
