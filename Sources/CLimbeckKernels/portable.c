#define LK_SET portable
#include "kernels/rename.h"
#include "kernels/elementwise.h"
#include "kernels/image.h"
#include "kernels/movement.h"
#include "kernels/optimizer.h"
#include "kernels/products.h"
#include "kernels/reduce.h"
