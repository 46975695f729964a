/// Checks of everything but bytes: run on every student, whether built or read.
enum StudentCheck {
    /// Working memory of a student that passed, and what a prediction costs.
    struct Plan {
        /// Floats of history, temporaries and output, each rounded up to 64 bytes.
        var history, arena, output: Int
        var operations: Int64
        /// The slot of the hours that seasonal stand-ins are looked up by.
        var hours = 0
        var floats: Int { history + arena + output }
    }

    static func plan(
        _ content: StudentContent, tensors: [TensorShape], limits: StudentLimits
    ) throws(StudentError) -> Plan {
        let bound = limits.memory / 4
        try check(content.shape, bound)
        try check(content.scaler, content.shape)
        try check(content.windowing, bound)
        let hours = Included.everything ? try check(content.filling, content.windowing, content.shape) : 0
        guard Included.everything || content.windowing.missing.rawValue <= Windowing.Missing.center.rawValue else {
            throw StudentError(
                .unsupported, "section windowing: policy for missing readings",
                expected: Int64(Windowing.Missing.center.rawValue), actual: Int64(content.windowing.missing.rawValue))
        }
        if Included.everything { try check(content.names, content.shape) }
        let thresholds = content.anomalyThresholds
        guard thresholds.count <= 1 || thresholds.count == content.shape.nodes else {
            throw StudentError(
                .invalid, "section anomaly: thresholds", expected: content.shape.nodes,
                actual: thresholds.count)
        }
        guard thresholds.allSatisfy({ $0 >= 0 }) else {
            throw StudentError(.invalid, "section anomaly: a threshold is negative or NaN")
        }

        guard content.program.arena >= 0 else {
            throw StudentError(.invalid, "section program: negative arena")
        }
        var total = 0
        for number in -3..<tensors.count {
            let part =
                switch number {
                case -3: content.program.arena
                case -2: content.shape.inputCount
                case -1: content.shape.outputCount
                default: tensors[number].count
                }
            guard part >= 0, part <= bound - total else {
                throw StudentError(
                    .tooLarge, "bytes of weights and working memory",
                    expected: Int64(limits.memory), actual: (Int64(total) + Int64(part)) * 4)
            }
            total += part
        }
        var check = ProgramCheck(
            content.program, historyCount: content.shape.inputCount,
            outputCount: content.shape.outputCount, tensors: tensors, windowing: content.windowing)
        defer { check.end() }
        try check.run(limits: limits)
        return Plan(
            history: aligned(content.shape.inputCount), arena: aligned(content.program.arena),
            output: aligned(content.shape.outputCount), operations: check.operations, hours: hours)
    }

    /// Whether the stand-ins are those that the policy needs; returns the slot of their hours.
    private static func check(
        _ filling: Filling, _ windowing: Windowing, _ shape: StudentShape
    ) throws(StudentError) -> Int {
        let entries = shape.nodes * shape.channels
        let expected =
            switch windowing.missing {
            case .forwardFill, .center: 0
            case .constant, .spatial: entries
            case .seasonal: Filling.hours * entries
            }
        guard filling.values.count == expected else {
            throw StudentError(
                .invalid, "section filling: values", expected: expected, actual: filling.values.count)
        }
        for (number, value) in filling.values.enumerated() where !value.isFinite {
            throw StudentError(.invalid, "section filling: a value is not finite", index: number)
        }
        let isSpatial = windowing.missing == .spatial
        guard filling.neighbours.count == filling.weights.count,
            isSpatial ? filling.neighbours.count % shape.nodes == 0 : filling.neighbours.isEmpty
        else {
            throw StudentError(
                .invalid, "section filling: neighbours", expected: filling.weights.count,
                actual: filling.neighbours.count)
        }
        for number in filling.neighbours.indices {
            guard (0..<shape.nodes).contains(filling.neighbours[number]) else {
                throw StudentError(
                    .invalid, "section filling: neighbour", index: number, expected: shape.nodes - 1,
                    actual: filling.neighbours[number])
            }
            guard filling.weights[number] > 0, filling.weights[number].isFinite else {
                throw StudentError(.invalid, "section filling: a weight is not positive", index: number)
            }
        }
        guard windowing.missing == .seasonal else { return 0 }
        let wanted = Windowing.hours(history: shape.history)
        guard let slot = windowing.slots.firstIndex(where: { $0 == wanted }) else {
            throw StudentError(.invalid, "section filling: no calendar slot of the history's hours of the week")
        }
        return slot
    }

    private static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    private static func check(_ shape: StudentShape, _ bound: Int) throws(StudentError) {
        try positive(shape.history, 0)
        try positive(shape.horizon, 1)
        try positive(shape.nodes, 2)
        try positive(shape.channels, 3)
        try positive(shape.outputs, 4)
        try bounded(shape.history, shape.nodes, shape.channels, bound)
        try bounded(shape.horizon, shape.nodes, shape.outputs, bound)
        guard shape.future >= 0, shape.future < shape.channels, shape.future == 0 || shape.history >= shape.horizon
        else {
            throw StudentError(
                .invalid, "section shape: channels known ahead", expected: shape.channels - 1, actual: shape.future)
        }
        let expected = shape.task == .forecast ? shape.outputs : 0
        guard shape.targets.count == expected else {
            throw StudentError(
                .invalid, "section shape: targets", expected: expected,
                actual: shape.targets.count)
        }
        for (number, target) in shape.targets.enumerated()
        where !(0..<shape.channels - shape.future).contains(target) {
            throw StudentError(
                .invalid, "section shape: target channel", index: number,
                expected: shape.channels - shape.future - 1, actual: target)
        }
    }

    private static func positive(_ size: Int, _ number: Int) throws(StudentError) {
        guard size >= 1 else {
            throw StudentError(
                .invalid, "section shape: a size is not positive", index: number, actual: Int64(size))
        }
    }

    private static func bounded(
        _ steps: Int, _ nodes: Int, _ width: Int, _ bound: Int
    ) throws(StudentError) {
        let (a, overflowA) = steps.multipliedReportingOverflow(by: nodes)
        let (b, overflowB) = a.multipliedReportingOverflow(by: width)
        guard !overflowA, !overflowB, b <= bound else {
            throw StudentError(.tooLarge, "section shape: window or forecast")
        }
    }

    private static func check(_ scaler: Scaler, _ shape: StudentShape) throws(StudentError) {
        let expected = shape.nodes * shape.channels
        guard scaler.center.count == expected, scaler.spread.count == expected else {
            throw StudentError(
                .invalid, "section scaler: entries", expected: expected,
                actual: scaler.center.count == expected ? scaler.spread.count : scaler.center.count)
        }
        for index in 0..<expected {
            let spread = scaler.spread[index]
            guard scaler.center[index].isFinite, spread.isFinite, spread > 0 else {
                throw StudentError(
                    .invalid, "section scaler: centre not finite or spread not positive",
                    index: index)
            }
        }
    }

    private static func check(_ windowing: Windowing, _ bound: Int) throws(StudentError) {
        guard windowing.step >= 1, windowing.step <= CalendarFields.farthest else {
            throw StudentError(
                .invalid, "section windowing: step in seconds", actual: windowing.step)
        }
        if Included.everything { try check(windowing.spacing) }
        let offsets = windowing.time.offsets
        for (number, offset) in offsets.enumerated() {
            guard number == 0 || offsets[number - 1].instant < offset.instant else {
                throw StudentError(
                    .invalid, "section windowing: UTC offsets not ascending", index: number)
            }
            guard (-172_800...172_800).contains(offset.seconds) else {
                throw StudentError(
                    .invalid, "section windowing: UTC offset in seconds", index: number,
                    actual: Int64(offset.seconds))
            }
        }
        var total = 0
        for (number, slot) in windowing.slots.enumerated() {
            guard slot.field.cardinality(step: windowing.step) != nil else {
                throw StudentError(
                    .invalid, "section windowing: step does not divide a day, calendar slot",
                    index: number, actual: windowing.step)
            }
            guard slot.count >= 1, slot.count <= bound - total else {
                throw StudentError(
                    .invalid, "section windowing: entries of calendar slot", index: number,
                    actual: Int64(slot.count))
            }
            guard (-(1 << 24)...(1 << 24)).contains(slot.first) else {
                throw StudentError(
                    .invalid, "section windowing: first step of calendar slot", index: number,
                    actual: Int64(slot.first))
            }
            total += slot.count
        }
    }

    private static func check(_ spacing: Spacing) throws(StudentError) {
        switch spacing {
        case .regular: break
        case .months(let count, let day):
            guard (1...1200).contains(count), (1...31).contains(day) else {
                throw StudentError(.invalid, "section windowing: months of a step or their day", actual: Int64(count))
            }
        case .week(let opens):
            guard !opens.isEmpty else { throw StudentError(.invalid, "section windowing: a week that never opens") }
            for (number, open) in opens.enumerated() {
                guard Int64(open) < Spacing.weekSeconds, open > (number == 0 ? -1 : opens[number - 1]) else {
                    throw StudentError(
                        .invalid, "section windowing: open times of a week not ascending", index: number,
                        actual: Int64(open))
                }
            }
        }
    }

    private static func check(_ names: StudentNames, _ shape: StudentShape) throws(StudentError) {
        try complete(names.places.count, shape.nodes, "section names: places")
        try complete(names.latitudes.count, shape.nodes, "section names: latitudes")
        try complete(names.longitudes.count, names.latitudes.count, "section names: longitudes")
        if names.longitudes.count != names.latitudes.count {
            throw StudentError(
                .invalid, "section names: longitudes", expected: names.latitudes.count,
                actual: names.longitudes.count)
        }
        try complete(names.channels.count, shape.channels, "section names: channels")
        try complete(names.units.count, shape.channels, "section names: units")
        let labels = shape.task == .classify ? shape.outputs : 0
        try complete(names.labels.count, labels, "section names: labels")
    }

    private static func complete(
        _ count: Int, _ expected: Int, _ subject: @autoclosure () -> StaticString
    ) throws(StudentError) {
        guard count == 0 || count == expected else {
            throw StudentError(.invalid, subject(), expected: expected, actual: count)
        }
    }
}
