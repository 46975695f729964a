/* Start of a Cortex-M4 without an operating system, speaking to the emulator by semihosting. */
int main(void);
void write_text(const char *text);
extern unsigned char stack_top[];

static int call_host(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void write_text(const char *text)
{
    call_host(0x04, text);
}

static void leave(void)
{
    call_host(0x18, (const void *)0x20026);
    for (;;) {}
}

static void start(void)
{
    /* The floating-point unit is off after a reset. */
    *(volatile unsigned *)0xe000ed88 |= 0xfu << 20;
    __asm__ volatile("dsb\nisb");
    main();
    leave();
}

static void fault(void)
{
    write_text("fault\n");
    leave();
}

__attribute__((section(".vectors"), used)) static const void *vectors[16] = {
    stack_top, start, fault, fault, fault, fault, fault, fault,
    fault, fault, fault, fault, fault, fault, fault, fault,
};
