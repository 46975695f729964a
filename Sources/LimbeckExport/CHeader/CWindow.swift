import LimbeckRuntime

/// What stands around the program in C: scaling, rows that come one by one, and the way back to units.
struct CWindow {
    let content: StudentContent
    let names: CNames

    /// Centres and spreads, a line for each place.
    var tables: String {
        let shape = content.shape
        func array(_ name: String, _ values: [Float]) -> String {
            let literals = values.map { CText.literal($0) }
            return CText.array("float", name, literals, width: shape.channels, remarks: content.names.places)
        }
        let root = content.scaler.transform == .squareRoot ? "signed square root of the " : ""
        var text =
            CText.comment(["scaled = (\(root)reading - center) / spread, [nodes, channels]."])
            + array("center", content.scaler.center) + array("spread", content.scaler.spread)
        if hasTargets {
            text += CText.comment(["The channel that each output forecasts."])
            text += CText.array("int32_t", "targets", shape.targets.map { "\($0)" })
        }
        return text + standIns + "\n"
    }

    /// Scaled numbers for missing readings, in rows of a step, and neighbours; empty where the policy needs none.
    private var standIns: String {
        let filling = content.filling
        if filling.values.isEmpty { return "" }
        let shape = content.shape, scaler = content.scaler
        let width = shape.nodes * shape.channels
        let scaled = filling.values.enumerated().map { scaler.scaled($1, at: $0 % width) }
        var text = CText.comment([
            content.windowing.missing == .seasonal
                ? "Scaled, for missing readings, [168 hours of the week, nodes, channels]."
                : "Scaled, for missing readings, [nodes, channels]."
        ])
        text += CText.array("float", "stand_in", scaled.map { CText.literal($0) }, width: shape.channels)
        guard content.windowing.missing == .spatial, !filling.neighbours.isEmpty else { return text }
        let count = filling.neighbours.count / shape.nodes
        text += CText.comment(["The nearest nodes of each and what they weigh, [nodes, \(count)]."])
        text += CText.array("int32_t", "neighbours", filling.neighbours.map { "\($0)" }, width: count)
        return text + CText.array("float", "neighbour_weights", filling.weights.map { CText.literal($0) }, width: count)
    }

    /// The offset in the state's calendar of the hours that seasonal stand-ins are looked up by; nil for others.
    private var hours: Int? {
        guard content.windowing.missing == .seasonal else { return nil }
        let wanted = Windowing.hours(history: content.shape.history)
        let before = content.windowing.slots.prefix { $0 != wanted }
        return before.reduce(0) { $0 + $1.count }
    }

    /// Whether outputs are other than the channels in order.
    private var hasTargets: Bool {
        content.shape.task == .forecast && content.shape.targets != Array(0..<content.shape.channels)
    }

    private var isRooted: Bool { content.scaler.transform == .squareRoot }

    /// Raw rows, the oldest at `first` of a ring, to the scaled window; counts what is missing.
    var reading: String {
        let upper = names.upper
        let (fill, rule) =
            switch content.windowing.missing {
            case .forwardFill:
                (
                    "step > 0 ? target[i - \(upper)_ROW] : 0.0f",
                    "For a missing one stands the last of its node and channel, else the centre."
                )
            case .center: ("0.0f", "For a missing one stands the centre.")
            case .constant: ("stand_in[i]", "For a missing one stands the number of its node and channel.")
            case .seasonal:
                (
                    "stand_in[hours[step] * \(upper)_ROW + i]",
                    "For a missing one stands the number of its node, channel and hour of the week."
                )
            case .spatial:
                (
                    content.filling.neighbours.isEmpty ? "stand_in[i]" : "from_neighbours(source, i)",
                    "For a missing one stands the mean of its neighbours, else the number of its node and channel."
                )
            }
        return """
            \(neighbourhood)/*
             * Scales a ring of rows whose oldest is row `first` and returns how many readings were missing.
             * \(rule)
             */
            static int read_window(float *scaled, const float *readings, int32_t first\(hours == nil ? "" : ", const int32_t *hours"))
            {
                int repaired = 0;
                int32_t step, i;
                for (step = 0; step < \(upper)_HISTORY; step++) {
                    const float *source = readings + (first + step) % \(upper)_HISTORY * \(upper)_ROW;
                    float *target = scaled + step * \(upper)_ROW;
                    for (i = 0; i < \(upper)_ROW; i++) {
                        float value = source[i];
                        if (isfinite(value)) {
            \(isRooted ? "                value = value < 0.0f ? -sqrtf(-value) : sqrtf(value);\n" : "")\
                            target[i] = (value - center[i]) / spread[i];
                        } else {
                            target[i] = \(fill);
                            repaired++;
                        }
                    }
                }
                return repaired;
            }


            """
    }

    /// The function that looks at neighbours; empty for other policies.
    private var neighbourhood: String {
        guard content.windowing.missing == .spatial, !content.filling.neighbours.isEmpty else { return "" }
        let count = content.filling.neighbours.count / content.shape.nodes
        let upper = names.upper
        return """
            /* The mean of the nearest nodes' readings in a row, by weight, scaled as entry i; without any, its number. */
            static float from_neighbours(const float *row, int32_t i)
            {
                float sum = 0.0f, weight = 0.0f;
                int32_t k, node = i / \(upper)_CHANNELS;
                for (k = node * \(count); k < (node + 1) * \(count); k++) {
                    float value = row[neighbours[k] * \(upper)_CHANNELS + i % \(upper)_CHANNELS];
                    if (!isfinite(value)) continue;
                    sum += neighbour_weights[k] * value;
                    weight += neighbour_weights[k];
                }
                if (!(weight > 0.0f) || !isfinite(sum)) return stand_in[i];
                sum /= weight;
            \(isRooted ? "    sum = sum < 0.0f ? -sqrtf(-sum) : sqrtf(sum);\n" : "")\
                return (sum - center[i]) / spread[i];
            }


            """
    }

    /// Scaled outputs to original units, in place; empty for a classifier.
    var writing: String {
        guard content.shape.task == .forecast else { return "" }
        let upper = names.upper
        let entry =
            hasTargets
            ? "i / \(upper)_OUTPUTS % \(upper)_NODES * \(upper)_CHANNELS + targets[i % \(upper)_OUTPUTS]"
            : "i % \(upper)_ROW"
        return """
            /* From scaled values to original units. */
            static void restore_units(float *forecast)
            {
                int32_t i;
                for (i = 0; i < \(upper)_FORECASTS; i++) {
                    int32_t entry = \(entry);
                    float value = forecast[i] * spread[entry] + center[entry];
                    forecast[i] = \(isRooted ? "value * fabsf(value)" : "value");
                }
            }


            """
    }

    /// The functions that the header declares.
    var functions: String {
        let (lower, upper) = (names.lower, names.upper)
        let calendar = content.windowing.slots.isEmpty ? "    (void)origin;\n" : "    read_calendar(state, origin);\n"
        let writing = content.shape.task == .forecast ? "    restore_units(forecast);\n" : ""
        let isRegular = content.windowing.spacing == .regular
        let step = isRegular ? "seconds / \(upper)_STEP - (seconds % \(upper)_STEP < 0)" : "step_of(local_at(seconds))"
        let origin =
            (isRegular ? "(state->newest + 1) * \(upper)_STEP" : "instant_at(step_begin(state->newest + 1))")
            + " + \(upper)_PHASE"
        var text = """
            static int compute(\(lower)_state *state, const float *readings, int32_t first, int64_t origin,
                               float *forecast)
            {
                int repaired;
            \(calendar)    repaired = read_window(state->scaled, readings, first\(hours.map { ", state->calendar + \($0)" } ?? ""));
                run(state, forecast);
            \(writing)    return repaired;
            }

            int \(lower)_predict(\(lower)_state *state, const float *readings, int64_t origin, float *forecast)
            {
                return compute(state, readings, 0, origin, forecast);
            }

            int \(lower)_push(\(lower)_state *state, const float *row, int64_t time)
            {
                const int64_t farthest = INT64_C(1) << 46;
                int64_t seconds = (time > farthest ? farthest : time < -farthest ? -farthest : time) - \(upper)_PHASE;
                int64_t step = \(step);
                int64_t ahead, k;
                int32_t place, i;
                if (!state->is_started) {
                    for (i = 0; i < \(upper)_READINGS; i++) state->window[i] = NAN;
                    state->newest = step;
                    state->next = 0;
                    state->is_started = 1;
                }
                ahead = step - state->newest;
                if (ahead <= \(content.windowing.late == .ignore ? "-1" : "-\(upper)_HISTORY")) return \(upper)_TOO_LATE;
                /* The oldest rows make room for the new step and for those passed over, missing so far. */
                for (k = 0; k < ahead && k < \(upper)_HISTORY; k++) {
                    float *oldest = state->window + state->next * \(upper)_ROW;
                    for (i = 0; i < \(upper)_ROW; i++) oldest[i] = NAN;
                    state->next = (state->next + 1) % \(upper)_HISTORY;
                }
                if (ahead > 0) state->newest = step;
                place = state->next - 1 + (ahead < 0 ? (int32_t)ahead : 0);
                if (place < 0) place += \(upper)_HISTORY;
                for (i = 0; i < \(upper)_ROW; i++) state->window[place * \(upper)_ROW + i] = row[i];
                return ahead < 0 ? \(upper)_LATE : \(upper)_CURRENT;
            }

            int \(lower)_forecast(\(lower)_state *state, float *forecast)
            {
                int64_t origin = \(origin);
                if (!state->is_started) return -1;
                return compute(state, state->window, state->next, origin, forecast);
            }

            void \(lower)_reset(\(lower)_state *state)
            {
                state->is_started = 0;
            }

            """
        text += anomaly
        return text
    }

    private var anomaly: String {
        let thresholds = content.anomalyThresholds
        guard let first = thresholds.first else { return "" }
        let (lower, upper) = (names.lower, names.upper)
        let all = thresholds.count == 1 ? content.shape.places(first) : thresholds
        let root: (String) -> String = {
            isRooted ? "(\($0) < 0.0f ? -sqrtf(-\($0)) : sqrtf(\($0)))" : $0
        }
        return """

            const float \(lower)_thresholds[\(upper)_NODES] = {
                \(all.map { CText.literal($0) }.joined(separator: ", "))
            };

            float \(lower)_anomaly_score(float observed, float predicted, int32_t node, int32_t channel)
            {
                int32_t entry = node * \(upper)_CHANNELS + channel;
                float distance = (\(root("observed")) - center[entry]) / spread[entry]
                    - (\(root("predicted")) - center[entry]) / spread[entry];
                return fabsf(distance);
            }

            """
    }
}

extension StudentShape {
    /// The same value for every node.
    fileprivate func places(_ value: Float) -> [Float] { Array(repeating: value, count: nodes) }
}
