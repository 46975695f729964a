/* Feeds a CSV of readings (time, then a value for each place) to a student and prints its forecast, a value a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "student.h"

static student_state state;
static float row[STUDENT_ROW], forecast[STUDENT_FORECASTS];

/* Seconds since 1970 of a wall clock; days by Howard Hinnant's days_from_civil. */
static int64_t seconds(int year, int month, int day, int hour, int minute) {
    int64_t y = year - (month <= 2);
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return ((days * 24 + hour) * 60 + minute) * 60;
}

int main(void) {
    static char line[65536];
    if (!fgets(line, sizeof line, stdin)) return 1;
    while (fgets(line, sizeof line, stdin)) {
        int year, month, day, hour, minute;
        if (sscanf(line, "%d-%d-%dT%d:%d", &year, &month, &day, &hour, &minute) != 5) return 1;
        char *cell = strchr(line, ',');
        for (int i = 0; i < STUDENT_ROW; i++) {
            char *end = cell;
            row[i] = cell ? strtof(cell + 1, &end) : 0;
            if (!cell || end == cell + 1) row[i] = strtof("nan", 0); /* an empty cell was not measured */
            cell = cell ? strchr(cell + 1, ',') : 0;
        }
        student_push(&state, row, seconds(year, month, day, hour, minute));
    }
    int missing = student_forecast(&state, forecast);
    for (int i = 0; i < STUDENT_FORECASTS; i++) printf("%.9g\n", forecast[i]);
    fprintf(stderr, "%d readings of the window were missing\n", missing);
    return missing < 0;
}
