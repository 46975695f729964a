import LimbeckRuntime

/// The header: what the student is, its sizes, its state and its functions.
struct CHeader {
    let content: StudentContent
    let names: CNames

    init(_ content: StudentContent, _ names: CNames) {
        self.content = content
        self.names = names
    }

    var text: String {
        let guardName = "\(names.upper)_H"
        return """
            \(CText.comment(description))
            #ifndef \(guardName)
            #define \(guardName)

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif

            \(constants)
            \(state)
            \(functions)
            #ifdef __cplusplus
            }
            #endif

            #endif

            """
    }

    /// What the student is: task, card, readings, outputs, places and clock.
    var description: [String] {
        let shape = content.shape
        let verb = shape.task == .forecast ? "forecasts" : "classifies"
        var lines = [
            "\(names.lower): \(verb) \(shape.horizon) steps from the last \(shape.history), "
                + "\(rhythm), at \(shape.nodes) places.",
            "Written by Limbeck; export the student again rather than changing this file.", "",
        ]
        for entry in content.card { lines.append("\(entry.key): \(entry.value)") }
        if !content.card.isEmpty { lines.append("") }
        lines += ["Readings [\(shape.history) steps, \(shape.nodes) places, \(shape.channels) channels]:"]
        for channel in 0..<shape.channels {
            let isAhead = channel >= shape.channels - shape.future
            lines.append(
                "  channel \(channel): \(self.channel(channel))"
                    + (isAhead ? ", told \(shape.horizon) steps ahead: a row holds what it will be then" : ""))
        }
        lines.append(
            shape.task == .forecast
                ? "Forecast [\(shape.horizon) steps, \(shape.nodes) places, \(shape.outputs) outputs], original units:"
                : "Result [\(shape.horizon) steps, \(shape.nodes) places, \(shape.outputs) labels], as computed:")
        for output in 0..<shape.outputs {
            let meaning =
                shape.task == .forecast
                ? channel(shape.targets[output])
                : content.names.labels.isEmpty ? "label \(output)" : content.names.labels[output]
            lines.append("  output \(output): \(meaning)")
        }
        if !content.names.places.isEmpty {
            lines.append("Places:")
            for (node, place) in content.names.places.enumerated() {
                let isPlaced = !content.names.latitudes.isEmpty
                let where_ = isPlaced ? " (\(content.names.latitudes[node]), \(content.names.longitudes[node]))" : ""
                lines.append("  \(node): \(place)\(where_)")
            }
        }
        let time = content.windowing.time
        let zone = time.zone.isEmpty ? "" : ", zone \(time.zone)"
        lines.append(
            time.clock == .utc
                ? "Times: seconds since 1970 in UTC\(zone)."
                : "Times: seconds since 1970 on the local wall clock\(zone).")
        return lines
    }

    private func channel(_ number: Int) -> String {
        let names = content.names
        let name = names.channels.isEmpty ? "channel \(number)" : names.channels[number]
        let unit = names.units.isEmpty ? "" : names.units[number]
        return unit.isEmpty ? name : "\(name) in \(unit)"
    }

    private var constants: String {
        let shape = content.shape
        let upper = names.upper
        return """
            #define \(upper)_HISTORY \(shape.history) /* steps read */
            #define \(upper)_HORIZON \(shape.horizon) /* steps forecast */
            #define \(upper)_NODES \(shape.nodes)
            #define \(upper)_CHANNELS \(shape.channels)
            #define \(upper)_OUTPUTS \(shape.outputs) /* values per horizon step and node */
            #define \(upper)_ROW \(shape.nodes * shape.channels) /* readings of one step */
            #define \(upper)_READINGS \(shape.inputCount) /* readings of a window */
            #define \(upper)_FORECASTS \(shape.outputCount) /* values of a forecast */
            #define \(upper)_STEP \(CText.literal(content.windowing.step)) /* \(content.windowing.spacing == .regular ? "" : "usual ")seconds between steps */
            #ifndef \(upper)_PHASE
            #define \(upper)_PHASE 0 /* where steps begin, in seconds after a multiple of the step */
            #endif

            /* What became of a row. */
            enum {
                \(upper)_TOO_LATE = 0, /* \(tooLate): not used */
                \(upper)_CURRENT = 1, /* of the newest step, or of one that now is */
                \(upper)_LATE = 2 /* of an earlier step of the window: put there */
            };

            """
    }

    /// How far apart steps are.
    private var rhythm: String {
        switch content.windowing.spacing {
        case .regular: "\(content.windowing.step) s each"
        case .months(let count, _): "\(count) month\(count == 1 ? "" : "s") each"
        case .week(let opens): "\(opens.count) open ones a week"
        }
    }

    private var tooLate: String {
        content.windowing.late == .ignore ? "of a step before the newest" : "of a step before the window"
    }

    private var state: String {
        let arena = content.program.arena
        let calendar = content.windowing.slots.reduce(0) { $0 + $1.count }
        var members = """
                int64_t newest; /* the newest step, counted from 1970 */
                int32_t next; /* where in the window the next row goes */
                int32_t is_started; /* whether a row was pushed */
                float window[\(names.upper)_READINGS]; /* rows pushed, a ring; NaN where none came */
                float scaled[\(names.upper)_READINGS]; /* the window as the student reads it */

            """
        if arena > 0 { members += "    float work[\(arena)]; /* intermediate results */\n" }
        if calendar > 0 { members += "    int32_t calendar[\(calendar)]; /* calendar indices */\n" }
        return """
            /* Memory of one student. All zeros (as static memory is) means no rows yet. */
            typedef struct {
            \(members)} \(names.lower)_state;

            """
    }

    private var functions: String {
        let (lower, upper) = (names.lower, names.upper)
        var text = """
            /*
             * Computes one window at once. readings: \(upper)_READINGS values [history, nodes, channels] in
             * original units, NaN for missing. origin: the time of the first step forecast, one step behind
             * the last reading. forecast: \(upper)_FORECASTS values [horizon, nodes, outputs]. Returns how many
             * readings were missing. Rows that were pushed are not touched.
             */
            int \(lower)_predict(\(lower)_state *state, const float *readings, int64_t origin, float *forecast);

            /*
             * Takes one row of readings [nodes, channels], NaN for missing, of the step that time lies in. Of
             * several rows of one step the last counts. Steps that are passed over are missing. Returns one of
             * the constants above.
             */
            int \(lower)_push(\(lower)_state *state, const float *row, int64_t time);

            /*
             * Computes the steps that follow the newest row. Returns how many readings of the window were
             * missing, or -1, with nothing written, before the first row.
             */
            int \(lower)_forecast(\(lower)_state *state, float *forecast);

            /* Forgets all rows. */
            void \(lower)_reset(\(lower)_state *state);

            """
        if !content.anomalyThresholds.isEmpty {
            text += """

                /* Distance of a reading from its forecast, in spreads of that node and channel. */
                float \(lower)_anomaly_score(float observed, float predicted, int32_t node, int32_t channel);

                /* The score above which a reading of each node is an anomaly. */
                extern const float \(lower)_thresholds[\(upper)_NODES];

                """
        }
        return text
    }
}
