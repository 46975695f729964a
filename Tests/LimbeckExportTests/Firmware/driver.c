/* Runs a student over the windows and rows of cases.h and prints its answers as the bits of floats. */
#include "student.h"

#include "cases.h"

void write_text(const char *text);

static student_state state;
static float forecast[STUDENT_FORECASTS];

static void write_hex(uint32_t bits)
{
    char text[10];
    int i;
    for (i = 0; i < 8; i++) text[i] = "0123456789abcdef"[bits >> (28 - 4 * i) & 15];
    text[8] = ' ';
    text[9] = 0;
    write_text(text);
}

static void write_answer(int code)
{
    int i;
    write_hex((uint32_t)code);
    for (i = 0; i < STUDENT_FORECASTS; i++) {
        union {
            float value;
            uint32_t bits;
        } both;
        both.value = forecast[i];
        write_hex(both.bits);
    }
    write_text("\n");
}

int main(void)
{
    int i;
    for (i = 0; i < WINDOWS; i++) write_answer(student_predict(&state, windows[i], origins[i], forecast));
    for (i = 0; i < STUDENT_FORECASTS; i++) forecast[i] = 0.0f;
    write_answer(student_forecast(&state, forecast));
    for (i = 0; i < EVENTS; i++) {
        write_hex((uint32_t)student_push(&state, rows[i], times[i]));
        write_answer(student_forecast(&state, forecast));
    }
    student_reset(&state);
    for (i = 0; i < STUDENT_FORECASTS; i++) forecast[i] = 0.0f;
    write_answer(student_forecast(&state, forecast));
    return 0;
}
