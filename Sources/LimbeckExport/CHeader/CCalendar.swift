import LimbeckRuntime

/// Wall-clock fields of instants in C: tables of offsets, functions and the filling of slots.
enum CCalendar {
    static func text(_ function: CFunction, _ names: CNames) -> String {
        switch function {
        case .wall_clock:
            """
            /* Wall clock, in seconds since 1970, at an instant: the last offset at or before it, else the first. */
            static int64_t wall_clock(int64_t instant)
            {
                int32_t entry = (int32_t)(sizeof offset_seconds / sizeof offset_seconds[0]) - 1;
                while (entry > 0 && offset_instants[entry] > instant) entry--;
                return (int64_t)((uint64_t)instant + (uint64_t)(int64_t)offset_seconds[entry]);
            }

            """
        case .step_instant:
            """
            /* The instant so many steps after the origin. */
            static int64_t step_instant(int64_t origin, int32_t steps)
            {
                return (int64_t)((uint64_t)origin + (uint64_t)(int64_t)steps * (uint64_t)\(names.upper)_STEP);
            }

            """
        case .day_of:
            """
            /* Days since 1970 at a wall clock. */
            static int64_t day_of(int64_t local)
            {
                return local >= 0 ? local / 86400 : -((86399 - local) / 86400);
            }

            """
        case .second_of_day:
            """
            static int32_t second_of_day(int64_t local)
            {
                return (int32_t)(local - day_of(local) * 86400);
            }

            """
        case .weekday:
            """
            /* Monday is 0. */
            static int32_t weekday(int64_t local)
            {
                return (int32_t)(((day_of(local) + 3) % 7 + 7) % 7);
            }

            """
        case .civil_field:
            """
            /* Field 0: month (January is 0), 1: day of the month from 0, 2: day of the year from 0. */
            static int32_t civil_field(int64_t local, int field)
            {
                /* Years begin in March here, so that the day that comes and goes is their last; 1970 is day 719468. */
                int64_t shifted = day_of(local) + 719468;
                int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
                int32_t day = (int32_t)(shifted - era * 146097);
                int32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
                int32_t day_of_year = day - (365 * year + year / 4 - year / 100);
                int32_t month = (5 * day_of_year + 2) / 153;
                int is_leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
                if (field == 0) return month < 10 ? month + 2 : month - 10;
                if (field == 1) return day_of_year - (153 * month + 2) / 5;
                return month < 10 ? day_of_year + 59 + is_leap : day_of_year - 306;
            }

            """
        case .floored:
            """
            /* Division that rounds down. */
            static int64_t floored(int64_t value, int64_t divisor)
            {
                return value / divisor - (value % divisor < 0);
            }

            """
        case .civil_month:
            """
            /* Days since 1970 at which a month begins, counted from January of year 0; years begin in March here. */
            static int64_t month_begin(int64_t month)
            {
                int64_t year = floored(month - 2, 12), era = floored(year, 400), of_era = year - era * 400;
                int64_t in_year = (153 * (month - 2 - year * 12) + 2) / 5;
                return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + in_year - 719468;
            }

            /* Months since January of year 0 at a wall clock. */
            static int64_t civil_month(int64_t local)
            {
                /* A mean month has 30.436875 days: near enough to begin looking. */
                int64_t day = day_of(local), month = floored((day + 719528) * 10000, 304369);
                while (month_begin(month) > day) month--;
                while (month_begin(month + 1) <= day) month++;
                return month;
            }

            """
        default: ""
        }
    }

    /// Functions that reading these slots calls.
    static func functions(_ windowing: Windowing) -> Set<CFunction> {
        var all = windowing.spacing == .regular ? [] : CSpacing.functions(windowing)
        if windowing.slots.isEmpty { return all }
        if windowing.spacing == .regular { all.insert(.step_instant) }
        if !windowing.time.offsets.isEmpty { all.insert(.wall_clock) }
        for slot in windowing.slots {
            switch slot.field {
            case .hourOfDay, .stepOfDay: all.insert(.second_of_day)
            case .weekday: all.insert(.weekday)
            case .hourOfWeek, .stepOfWeek: all.formUnion([.weekday, .second_of_day])
            case .month, .dayOfMonth, .dayOfYear, .weekOfYear: all.insert(.civil_field)
            }
        }
        return all
    }

    /// The offsets to local time; empty when none are needed.
    static func tables(_ windowing: Windowing) -> String {
        let time = windowing.time
        if time.offsets.isEmpty || windowing.slots.isEmpty && windowing.spacing == .regular { return "" }
        return CText.comment([
            "From each instant on, local time\(time.zone.isEmpty ? "" : " in \(time.zone)") is so far ahead."
        ])
            + CText.array("int64_t", "offset_instants", time.offsets.map { CText.literal($0.instant) }, width: 4)
            + CText.array("int32_t", "offset_seconds", time.offsets.map { "\($0.seconds)" }, width: 8) + "\n"
    }

    /// The function that fills the calendar indices; empty without slots.
    static func reading(_ windowing: Windowing, _ names: CNames) -> String {
        if windowing.slots.isEmpty { return "" }
        let instant = "step_instant(origin, steps)"
        let local = windowing.time.offsets.isEmpty ? instant : "wall_clock(\(instant))"
        let regular = """
                int64_t local = \(local), farthest = INT64_C(1) << 46;
                return local > farthest ? farthest : local < -farthest ? -farthest : local;

            """
        let result =
            windowing.spacing == .regular ? regular : "    return bounded(steps_after(local_at(origin), steps));\n"
        var text = """
            /* Wall clock so many steps after the origin, within 2.2 million years. */
            static int64_t local_time(int64_t origin, int32_t steps)
            {
            \(result)}

            static void read_calendar(\(names.lower)_state *state, int64_t origin)
            {
                int32_t i;

            """
        var first = 0
        for (number, slot) in windowing.slots.enumerated() {
            let value = value(slot.field, "local", names)
            text += """
                    /* Slot \(number): \(slot.field) of steps \(slot.first) ..< \(slot.first + slot.count). */
                    for (i = 0; i < \(slot.count); i++) {
                        int64_t local = local_time(origin, \(start(slot)));
                        state->calendar[\(first) + i] = \(value);
                    }

                """
            first += slot.count
        }
        return text + "}\n\n"
    }

    private static func start(_ slot: CalendarSlot) -> String {
        slot.first == 0 ? "i" : slot.first < 0 ? "i - \(-slot.first)" : "i + \(slot.first)"
    }

    private static func value(_ field: CalendarSlot.Field, _ local: String, _ names: CNames) -> String {
        let second = "second_of_day(\(local))"
        let step = "(int32_t)\(names.upper)_STEP"
        return switch field {
        case .hourOfDay: "\(second) / 3600"
        case .weekday: "weekday(\(local))"
        case .hourOfWeek: "weekday(\(local)) * 24 + \(second) / 3600"
        case .month: "civil_field(\(local), 0)"
        case .dayOfMonth: "civil_field(\(local), 1)"
        case .dayOfYear: "civil_field(\(local), 2)"
        case .weekOfYear: "(civil_field(\(local), 0) * 31 + civil_field(\(local), 1)) * 52 / 372"
        case .stepOfDay: "\(second) / \(step)"
        case .stepOfWeek: "(weekday(\(local)) * 86400 + \(second)) / \(step)"
        }
    }
}
