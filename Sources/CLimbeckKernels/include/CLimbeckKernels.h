// Kernels of the compute core: elementwise tiles, reductions, gathers, the worker pool.
#pragma once
#include <stdint.h>
