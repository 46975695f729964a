// WebAssembly has no instruction for products of 128 bits, and no library here.
#include <stdint.h>

typedef struct {
    uint64_t low, high;
} wide;

/// The low 128 bits of a product of two 128-bit numbers.
wide __multi3(uint64_t a, uint64_t a_high, uint64_t b, uint64_t b_high);

wide __multi3(uint64_t a, uint64_t a_high, uint64_t b, uint64_t b_high) {
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), other = a0 * b1 + (uint32_t)cross;
    wide result;
    result.low = other << 32 | (uint32_t)low;
    result.high = a1 * b1 + (cross >> 32) + (other >> 32) + a * b_high + a_high * b;
    return result;
}
