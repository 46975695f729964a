#include <stdio.h>

int check_kernels(void);
void platform_write(const char *text, size_t bytes);

void platform_write(const char *text, size_t bytes) { fwrite(text, 1, bytes, stdout); }

int main(void) { return check_kernels(); }
