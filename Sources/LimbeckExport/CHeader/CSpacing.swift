import LimbeckRuntime

/// Steps that do not follow each other every so many seconds, in C: months, and the open times of a week.
struct CSpacing {
    let windowing: Windowing

    /// Functions that it calls.
    static func functions(_ windowing: Windowing) -> Set<CFunction> {
        var all: Set<CFunction> = [.floored]
        if !windowing.time.offsets.isEmpty { all.insert(.wall_clock) }
        if case .months = windowing.spacing { all.formUnion([.civil_field, .civil_month, .second_of_day]) }
        return all
    }

    /// Tables and functions of this student's steps; empty where they are regular.
    var text: String {
        switch windowing.spacing {
        case .regular: return ""
        case .months(let count, let day): return months(count, day) + instants
        case .week(let opens):
            return CText.comment(["Seconds since Monday 00:00 at which the steps of a week begin."])
                + CText.array("int32_t", "open_times", opens.map { "\($0)" }, width: 8) + week(opens.count) + instants
        }
    }

    private func months(_ count: Int, _ day: Int) -> String {
        """
        /* The number of the step that a wall clock lies in. */
        static int64_t step_of(int64_t local)
        {
            return floored(civil_month(local), \(count));
        }

        /* Day \(day) of the month, or its last, at the wall clock's time of the day. */
        static int64_t day_of_month(int64_t month, int64_t second)
        {
            int64_t first = month_begin(month), length = month_begin(month + 1) - first;
            return (first + (length < \(day) ? length : \(day)) - 1) * 86400 + second;
        }

        static int64_t step_begin(int64_t step)
        {
            return day_of_month(step * \(count), 0);
        }

        /* The wall clock so many steps from another. */
        static int64_t steps_after(int64_t local, int32_t steps)
        {
            return day_of_month(civil_month(local) + (int64_t)steps * \(count), second_of_day(local));
        }


        """
    }

    private func week(_ count: Int) -> String {
        """
        /* The number of the step that a wall clock lies in, or after; weeks begin on a Monday, 1970 on a Thursday. */
        static int64_t step_of(int64_t local)
        {
            int64_t week = floored(local + 259200, 604800), second = local + 259200 - week * 604800;
            int32_t passed = 0;
            while (passed < \(count) && open_times[passed] <= second) passed++;
            return week * \(count) + passed - 1;
        }

        static int64_t step_begin(int64_t step)
        {
            int64_t week = floored(step, \(count));
            return week * 604800 - 259200 + open_times[step - week * \(count)];
        }

        /* The wall clock so many steps from another. */
        static int64_t steps_after(int64_t local, int32_t steps)
        {
            return step_begin(step_of(local) + steps);
        }


        """
    }

    /// From instants to steps and back.
    private var instants: String {
        let offsets = windowing.time.offsets
        let wall = offsets.isEmpty ? "instant" : "wall_clock(instant)"
        let back =
            offsets.isEmpty
            ? "    return local;\n"
            : """
                int32_t entry = (int32_t)(sizeof offset_seconds / sizeof offset_seconds[0]) - 1;
                while (entry > 0 && offset_instants[entry] > local - offset_seconds[entry]) entry--;
                /* An hour that clocks show twice is the first. */
                if (entry > 0 && local - offset_seconds[entry - 1] < offset_instants[entry]) entry--;
                return local - offset_seconds[entry];

            """
        return """
            static int64_t bounded(int64_t value)
            {
                const int64_t farthest = INT64_C(1) << 46;
                return value > farthest ? farthest : value < -farthest ? -farthest : value;
            }

            static int64_t local_at(int64_t instant)
            {
                return bounded(\(wall));
            }

            static int64_t instant_at(int64_t local)
            {
            \(back)}


            """
    }
}
