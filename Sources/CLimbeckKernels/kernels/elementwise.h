// Fused elementwise chains, run tile by tile so that intermediates stay in the first-level cache.
#include "../include/CLimbeckKernels.h"
#include "../vector.h"

#define LOOP for (int64_t i = 0; i < n; i++)
#define UNARY(expression) { LOOP { float x = a[i]; y[i] = (expression); } break; }
#define BINARY(expression) { LOOP { float l = a[i], r = b[i]; y[i] = (expression); } break; }

static void lk_apply(const lk_instruction *instruction, const float *restrict a,
                     const float *restrict b, float *restrict y, int64_t n, int64_t first,
                     uint32_t seed) {
    switch ((lk_opcode)instruction->op) {
        case LK_COPY: UNARY(x)
        case LK_NEGATE: UNARY(-x)
        case LK_ABSOLUTE: UNARY(__builtin_fabsf(x))
        case LK_SIGN: UNARY((float)((x > 0) - (x < 0)))
        case LK_EXP: UNARY(lk_exp(x))
        case LK_LOG: UNARY(lk_log(x))
        case LK_SQRT: UNARY(lk_sqrt(x))
        case LK_RECIPROCAL: UNARY(1.0f / x)
        case LK_SQUARE: UNARY(x * x)
        case LK_RELU: UNARY(x < 0 ? 0 : x)
        case LK_SIGMOID: UNARY(lk_sigmoid(x))
        case LK_TANH: UNARY(lk_tanh(x))
        case LK_SOFTPLUS: UNARY(lk_softplus(x))
        case LK_ERF: UNARY(lk_erf(x))
        case LK_STEP: UNARY(x > 0 ? 1.0f : 0.0f)
        case LK_AFFINE: {
            float p = instruction->p, q = instruction->q;
            UNARY(p * x + q)
        }
        case LK_ADD: BINARY(l + r)
        case LK_SUBTRACT: BINARY(l - r)
        case LK_MULTIPLY: BINARY(l * r)
        case LK_DIVIDE: BINARY(l / r)
        case LK_MAXIMUM: BINARY(l > r || l != l ? l : r)
        case LK_MINIMUM: BINARY(l < r || l != l ? l : r)
        case LK_GREATER: BINARY(l > r ? 1.0f : 0.0f)
        case LK_DROPOUT: {
            uint32_t key = lk_hash(instruction->key ^ lk_hash(seed));
            uint32_t threshold = (uint32_t)(instruction->p * 4294967295.0f);
            float keep = 1.0f / (1.0f - instruction->p);
            uint32_t start = (uint32_t)first;
            for (int32_t i = 0; i < (int32_t)n; i++)
                y[i] = lk_hash((start + (uint32_t)i) ^ key) >= threshold ? keep : 0.0f;
            break;
        }
    }
}

/// Fills `y` with elements first ..< first + n of a broadcast operand.
static void lk_load(const lk_leaf *leaf, const float *base, int64_t first, int64_t n, float *y) {
    if (leaf->period == 1) {
        float value = base[0];
        for (int64_t i = 0; i < n; i++) y[i] = value;
        return;
    }
    int64_t done = 0;
    if (leaf->inner == 1) {
        int64_t at = first % leaf->period;
        while (done < n) {
            int64_t run = leaf->period - at;
            if (run > n - done) run = n - done;
            memcpy(y + done, base + at, (size_t)run * sizeof(float));
            done += run;
            at = 0;
        }
        return;
    }
    int64_t group = first / leaf->inner, within = first % leaf->inner;
    int64_t at = group % leaf->period;
    while (done < n) {
        int64_t run = leaf->inner - within;
        if (run > n - done) run = n - done;
        float value = base[at];
        for (int64_t i = 0; i < run; i++) y[done + i] = value;
        done += run;
        within = 0;
        at = at + 1 == leaf->period ? 0 : at + 1;
    }
}

/// Elements first ..< first + n of a window, in place where they all lie in it.
static const float *lk_window(const lk_leaf *leaf, const float *base, int64_t first, int64_t n,
                              float *tile) {
    if (first >= leaf->begin && first + n <= leaf->end) return base + (first - leaf->begin);
    int64_t from = leaf->begin > first ? leaf->begin : first;
    int64_t to = leaf->end < first + n ? leaf->end : first + n;
    memset(tile, 0, (size_t)n * sizeof(float));
    if (from < to)
        memcpy(tile + (from - first), base + (from - leaf->begin), (size_t)(to - from) * sizeof(float));
    return tile;
}

void lk_fused_run(const lk_fused *program, const void *values, int64_t begin, int64_t end,
                  float *scratch) {
    float *const *memory = values;
    const float *registers[LK_MAX_REGISTERS];
    for (int32_t i = 0; i < LK_MAX_REGISTERS; i++) registers[i] = scratch;
    uint32_t seed = *program->seed;
    int32_t last = program->instruction_count - 1;
    for (int64_t first = begin; first < end; first += LK_TILE) {
        int64_t n = end - first < LK_TILE ? end - first : LK_TILE;
        for (int32_t i = 0; i < program->leaf_count; i++) {
            const lk_leaf *leaf = program->leaves + i;
            if (leaf->full) {
                registers[i] = memory[leaf->slot] + first;
            } else if (leaf->is_window) {
                registers[i] = lk_window(leaf, memory[leaf->slot], first, n, scratch + (int64_t)i * LK_TILE);
            } else {
                float *tile = scratch + (int64_t)i * LK_TILE;
                // A row that divides the tile fills it the same way every time; a scalar too.
                bool constant = leaf->period == 1 ||
                    (leaf->inner == 1 && LK_TILE % leaf->period == 0 && begin % leaf->period == 0);
                if (!constant || first == begin) lk_load(leaf, memory[leaf->slot], first, constant ? LK_TILE : n, tile);
                registers[i] = tile;
            }
        }
        for (int32_t i = 0; i <= last; i++) {
            const lk_instruction *instruction = program->instructions + i;
            float *target = i == last ? memory[program->result_slot] + first
                                      : scratch + (int64_t)instruction->target * LK_TILE;
            lk_apply(instruction, registers[instruction->a], registers[instruction->b], target, n,
                     first, seed);
            registers[instruction->target] = target;
        }
    }
}
