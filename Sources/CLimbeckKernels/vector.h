// Vector mathematics: branch-free polynomials that the compiler vectorises for every instruction set.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LK_INLINE static inline __attribute__((always_inline))

LK_INLINE float lk_bits_to_float(int32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}
LK_INLINE int32_t lk_float_to_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

/// The instruction: sqrtf may set errno, which keeps a loop from being vectorised.
LK_INLINE float lk_sqrt(float x) {
#if __has_builtin(__builtin_elementwise_sqrt)
    return __builtin_elementwise_sqrt(x);
#else
    return __builtin_sqrtf(x);
#endif
}

/// exp by range reduction to [-ln2/2, ln2/2] and a polynomial of degree 6 (Cephes expf).
LK_INLINE float lk_exp(float x) {
    float limited = x < -87.3f ? -87.3f : (x > 88.7f ? 88.7f : x);
    float n = __builtin_floorf(limited * 1.44269504088896341f + 0.5f);
    float r = limited - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    float y = p * r * r + r + 1.0f;
    float scaled = y * lk_bits_to_float(((int32_t)n + 127) << 23);
    return x != x ? x : scaled;
}

/// log of a positive number (Cephes logf); log(0) = -inf, log(<0) = NaN.
LK_INLINE float lk_log(float x) {
    int32_t bits = lk_float_to_bits(x);
    int32_t exponent = ((bits >> 23) & 0xff) - 126;
    float m = lk_bits_to_float((bits & 0x007fffff) | 0x3f000000);
    int32_t small = m < 0.70710678f;
    float e = (float)(exponent - small);
    m = small ? m + m - 1.0f : m - 1.0f;
    float z = m * m;
    float y = 7.0376836292e-2f;
    y = y * m - 1.1514610310e-1f;
    y = y * m + 1.1676998740e-1f;
    y = y * m - 1.2420140846e-1f;
    y = y * m + 1.4249322787e-1f;
    y = y * m - 1.6668057665e-1f;
    y = y * m + 2.0000714765e-1f;
    y = y * m - 2.4999993993e-1f;
    y = y * m + 3.3333331174e-1f;
    y = y * m * z + e * -2.12194440e-4f - 0.5f * z;
    float result = m + y + e * 0.693359375f;
    result = x == 0.0f ? -INFINITY : result;
    return x < 0.0f || x != x ? NAN : result;
}

LK_INLINE float lk_sigmoid(float x) { return 1.0f / (1.0f + lk_exp(-x)); }

/// tanh: odd polynomial near zero (Cephes tanhf), exponentials elsewhere.
LK_INLINE float lk_tanh(float x) {
    float a = __builtin_fabsf(x);
    float z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    float near = p * z * x + x;
    float far = 1.0f - 2.0f / (lk_exp(2.0f * a) + 1.0f);
    far = x < 0.0f ? -far : far;
    return a < 0.625f ? near : far;
}

/// log(1 + e^x) without overflow.
LK_INLINE float lk_softplus(float x) {
    float a = __builtin_fabsf(x);
    float e = lk_exp(-a);
    float tail = e < 1e-4f ? e - 0.5f * e * e : lk_log(1.0f + e);
    return (x > 0.0f ? x : 0.0f) + tail;
}

/// erf by Abramowitz and Stegun 7.1.26 in the tail, a Taylor polynomial near zero; |error| < 3e-7.
LK_INLINE float lk_erf(float x) {
    float a = __builtin_fabsf(x);
    float t = 1.0f / (1.0f + 0.3275911f * a);
    float p = 1.061405429f;
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    float far = 1.0f - p * t * lk_exp(-a * a);
    far = x < 0.0f ? -far : far;
    float z = x * x;
    float q = -7.5757576e-4f;
    q = q * z + 4.6296296e-3f;
    q = q * z - 2.3809524e-2f;
    q = q * z + 0.1f;
    q = q * z - 0.33333333f;
    float near = 1.12837917f * (x + x * z * q);
    return a < 0.5f ? near : far;
}

/// A 32-bit hash with good avalanche (Ellis, "lowbias32").
LK_INLINE uint32_t lk_hash(uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    x ^= x >> 16;
    return x;
}
