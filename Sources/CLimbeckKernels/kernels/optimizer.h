// Optimiser updates over a slab of parameters: one pass, every moment read and written once.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

LK_INLINE float lk_regularised(float gradient, float parameter, const lk_update *u) {
    float sign = (float)((parameter > 0) - (parameter < 0));
    return gradient * u->gradient_scale + u->l2 * parameter + u->l1 * sign;
}

/// Adam (Kingma & Ba 2015, algorithm 1) with decoupled decay (Loshchilov & Hutter 2019).
void lk_adam(float *restrict parameters, const float *restrict gradients, float *restrict m,
             float *restrict v, int64_t begin, int64_t end, const lk_update *update) {
    lk_update u = *update;
    float rate = u.learning_rate / u.correction1;
    float scale = 1.0f / u.correction2;
    float decay = 1.0f - u.learning_rate * u.weight_decay;
    for (int64_t i = begin; i < end; i++) {
        float g = lk_regularised(gradients[i], parameters[i], &u);
        m[i] = u.beta1 * m[i] + (1.0f - u.beta1) * g;
        v[i] = u.beta2 * v[i] + (1.0f - u.beta2) * g * g;
        parameters[i] = decay * parameters[i] -
                        rate * m[i] / (lk_sqrt(v[i] * scale) + u.epsilon);
    }
}

/// SGD with momentum: m = beta1 m + g; p -= rate m. Decay is decoupled.
void lk_momentum(float *restrict parameters, const float *restrict gradients, float *restrict m,
                 int64_t begin, int64_t end, const lk_update *update) {
    lk_update u = *update;
    float decay = 1.0f - u.learning_rate * u.weight_decay;
    for (int64_t i = begin; i < end; i++) {
        float g = lk_regularised(gradients[i], parameters[i], &u);
        m[i] = u.beta1 * m[i] + g;
        parameters[i] = decay * parameters[i] - u.learning_rate * m[i];
    }
}
