#include "CLimbeckKernels.h"
