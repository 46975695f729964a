/// What the forecasting program asks of the machine below it.
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/// Puts a text on the host's screen.
void platform_write(const char *text, size_t bytes);

/// The student and the windows that are linked into the image.
extern const uint8_t student_start[], student_end[], windows_start[], windows_end[];

static inline const uint8_t *student_bytes(void) { return student_start; }
static inline size_t student_size(void) { return (size_t)(student_end - student_start); }
static inline const uint8_t *windows_bytes(void) { return windows_start; }
static inline size_t windows_size(void) { return (size_t)(windows_end - windows_start); }

/// Bytes of the heap that were ever in use, up to its highest one.
size_t heap_peak(void);
/// Bytes of the stack that were ever in use; 0 where the machine does not measure it.
size_t stack_peak(void);

#endif
