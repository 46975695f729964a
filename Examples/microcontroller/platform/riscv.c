// 32-bit RISC-V (QEMU's virt machine): start of C, screen by its serial port.
#include "platform.h"

extern uint8_t stack_top[], stack_limit[], bss_start[], bss_end[];
int forecast_all(void);
void *memset(void *, int, size_t);

void platform_write(const char *text, size_t bytes) {
    volatile uint8_t *serial = (volatile uint8_t *)0x10000000;
    while (bytes--) *serial = (uint8_t)*text++;
}

static _Noreturn void leave(int status) {
    volatile uint32_t *test = (volatile uint32_t *)0x100000;
    for (;;) *test = status == 0 ? 0x5555 : (uint32_t)status << 16 | 0x3333;
}

#define PAINT 0xa5u

size_t stack_peak(void) {
    const uint8_t *p = stack_limit;
    while (p < stack_top && *p == PAINT) p++;
    return (size_t)(stack_top - p);
}

__attribute__((aligned(4), used)) void fault(void) {
    static const char text[] = "fault\n";
    platform_write(text, sizeof text - 1);
    leave(70);
}

__attribute__((used)) void start(void) {
    for (volatile uint8_t *p = stack_limit; (uint8_t *)p < (uint8_t *)__builtin_frame_address(0) - 64;) *p++ = PAINT;
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    leave(forecast_all());
}

// Stack pointer, floating point unit on, traps to fault.
__asm__(
    ".section .vectors, \"ax\"\n"
    ".global reset\n"
    "reset:\n"
    "  la sp, stack_top\n"
    "  li t0, 0x2000\n"
    "  csrs mstatus, t0\n"
    "  la t0, fault\n"
    "  csrw mtvec, t0\n"
    "  call start\n"
    ".text\n");
