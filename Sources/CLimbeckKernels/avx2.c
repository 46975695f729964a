#if defined(__x86_64__)
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LK_SET avx2
#include "kernels/rename.h"
#include "kernels/elementwise.h"
#include "kernels/image.h"
#include "kernels/movement.h"
#include "kernels/optimizer.h"
#include "kernels/products.h"
#include "kernels/reduce.h"
#pragma clang attribute pop
#endif
