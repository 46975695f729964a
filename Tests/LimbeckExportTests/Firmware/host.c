#include <stdio.h>

void write_text(const char *text);

void write_text(const char *text)
{
    fputs(text, stdout);
}
