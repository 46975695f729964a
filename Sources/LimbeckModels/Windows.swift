public import LimbeckCompute
public import LimbeckRuntime
public import LimbeckSeries

/// Where windows enter an executable: looked up once, valid for as long as it lives.
public struct WindowBuffers {
    let history: Int
    let values: UnsafeMutableBufferPointer<Float>?
    let calendar: [(slot: CalendarSlot, indices: UnsafeMutableBufferPointer<Int32>)]
    let profiles: [(span: ProfileSpan, values: UnsafeMutableBufferPointer<Float>)]

    public init(
        _ executable: Executable, shape: ForecastShape, slots: [CalendarSlot], profiles: [ProfileSpan] = []
    ) {
        history = shape.history
        values = executable.input("history")
        calendar = slots.compactMap { slot in
            executable.indices(ModelInputs.name(slot)).map { (slot, $0) }
        }
        self.profiles = profiles.compactMap { span in executable.input(span.name).map { (span, $0) } }
    }
}

/// A series cut into windows on demand: scaled once, copied straight into a computation's inputs.
///
/// A window is named by its origin, the index of its first target step. `series` must be imputed:
/// every value finite, the mask still telling what was measured. Where faults are planted, an origin `o + v · steps` is the
/// window of `o` with others, the v-th variant.
public final class Windows: Sendable {
    public let series: Series
    public let scaler: Scaler
    /// `[T, N, C]`.
    public let scaled: [Float]
    let mask: [Float]
    /// What is usual at each step, scaled, `[T, N, O]`, as a model in training may see it; empty where models look it
    /// up themselves.
    let usual: [Float]
    /// What `usual` is made of, where steps do not follow the clock: a device reckons the calendar from the origin, and
    /// does not know which rows there were.
    private let reckoned: Profile?
    /// What stood in for missing readings, as a device is to do it.
    public let rule: FillingRule
    /// Where `rule` carries readings forward: what a window must not know.
    private let staleness: Staleness?
    /// Puts faults into windows, for models to learn to tell; nil leaves them as they are.
    public let planter: FaultPlanter?

    /// Whether windows bring what is usual along.
    public var feedsProfile: Bool { !usual.isEmpty }

    /// - Parameters:
    ///   - rule: how `series` was imputed.
    ///   - profile: of `series` in scaled units, to be fed out of fold within its training part.
    ///   - silent: channels that windows tell nothing of: their scaled values are 0.
    ///   - planter: of faults that windows are to have.
    public init(
        _ series: Series, scaler: Scaler, rule: FillingRule = .forward, profile: Profile? = nil,
        silent: Set<Int> = [], planter: FaultPlanter? = nil
    ) throws {
        self.series = series
        self.scaler = scaler
        self.rule = rule
        self.planter = planter
        staleness = rule.missing == .forwardFill ? Staleness(series) : nil
        let size = series.stepSize
        guard scaler.center.count == size else {
            throw ModelError(
                .mismatch,
                "The scaler was fitted on \(scaler.center.count) columns (places × channels); the data has \(size).")
        }
        var scaled = series.values
        for index in scaled.indices {
            guard scaled[index].isFinite else {
                let place = series.places[index % size / series.channelCount].id
                throw ModelError(
                    .notFinite,
                    "\(series.name): no value at step \(index / size) of \"\(place)\"; impute the data first.")
            }
            scaled[index] =
                silent.contains(index % series.channelCount) ? 0 : scaler.scaled(scaled[index], at: index % size)
        }
        self.scaled = scaled
        mask = series.observed.map { $0 ? 1 : 0 }
        reckoned = series.times.isRegular ? nil : profile
        usual = profile?.trainingRows(series.times) ?? []
    }

    /// Copies scaled history `[B, T, N, C]` and every calendar slot the model asked for.
    public func fill(_ inputs: WindowBuffers, origins: ArraySlice<Int>) {
        if let target = inputs.values { fillHistory(target, history: inputs.history, origins: origins) }
        for (span, target) in inputs.profiles where feedsProfile {
            copy(usual, usual.count / series.times.count, target, origins, first: span.first, length: span.count)
            if let reckoned { reckon(reckoned, span, into: target, origins) }
        }
        for (slot, target) in inputs.calendar {
            var index = 0
            for origin in origins {
                for step in 0..<slot.count {
                    let seconds = series.times.localSeconds(slot.first + step, from: self.step(of: origin))
                    target[index] = Int32(slot.field.index(local: seconds, step: series.times.step))
                    index += 1
                }
            }
        }
    }

    /// Of an origin of any variant.
    func step(of origin: Int) -> Int { planter == nil ? origin : origin % series.times.count }

    /// Copies scaled history `[B, T, N, C]`.
    func fillHistory(_ target: UnsafeMutableBufferPointer<Float>, history: Int, origins: ArraySlice<Int>) {
        copy(scaled, series.stepSize, target, origins, first: -history, length: history)
        let size = history * series.stepSize
        if let staleness, var window = target.baseAddress {
            for origin in origins {
                staleness.clear(window, start: step(of: origin) - history, length: history)
                window += size
            }
        }
        guard let planter, var window = target.baseAddress else { return }
        scaled.withUnsafeBufferPointer { scaled in
            guard let from = scaled.baseAddress else { return }
            for origin in origins {
                planter.plant(window, origin: origin, series, from)
                window += size
            }
        }
    }

    /// Readings of one window `[T, N, C]` in original units, filled, with what is planted in them.
    public func readings(before origin: Int, history: Int) -> [Float] {
        var values = [Float](repeating: 0, count: history * series.stepSize)
        values.withUnsafeMutableBufferPointer { fillHistory($0, history: history, origins: [origin]) }
        for index in values.indices { values[index] = scaler.unscaled(values[index], at: index % series.stepSize) }
        return values
    }

    /// Copies scaled targets and their mask, both `[B, H, N, O]`, of the first `outputs` channels.
    public func fillTargets(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        horizon: Int, outputs: Int, origins: ArraySlice<Int>
    ) {
        if let expected { copyTargets(scaled, expected, origins, horizon, outputs) }
        if let mask { copyTargets(self.mask, mask, origins, horizon, outputs) }
    }

    private func copyTargets(
        _ source: [Float], _ target: UnsafeMutableBufferPointer<Float>, _ origins: ArraySlice<Int>, _ horizon: Int,
        _ outputs: Int
    ) {
        let channels = series.channelCount
        guard outputs < channels else {
            return copy(source, series.stepSize, target, origins, first: 0, length: horizon)
        }
        source.withUnsafeBufferPointer { source in
            var to = 0
            for origin in origins {
                for from in stride(
                    from: origin * series.stepSize, to: (origin + horizon) * series.stepSize, by: channels)
                {
                    for output in 0..<outputs { target[to + output] = source[from + output] }
                    to += outputs
                }
            }
        }
    }

    /// The profile of the steps around each origin outside the training part, as a device looks it up.
    private func reckon(
        _ profile: Profile, _ span: ProfileSpan, into target: UnsafeMutableBufferPointer<Float>,
        _ origins: ArraySlice<Int>
    ) {
        let size = usual.count / series.times.count
        for (number, origin) in origins.enumerated().lazy.map({ ($0, self.step(of: $1)) })
        where !profile.range.contains(origin) {
            for step in 0..<span.count {
                let row = profile.row(local: series.times.localSeconds(span.first + step, from: origin))
                let base = (number * span.count + step) * size
                for column in 0..<size { target[base + column] = row[column] }
            }
        }
    }

    /// - Parameter width: numbers of a step.
    private func copy(
        _ source: [Float], _ width: Int, _ target: UnsafeMutableBufferPointer<Float>, _ origins: ArraySlice<Int>,
        first: Int, length: Int
    ) {
        let size = width * length
        precondition(
            target.count == origins.count * size,
            "Windows: buffer of \(target.count) for \(origins.count) windows of \(size)")
        source.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress, var to = target.baseAddress else { return }
            for origin in origins {
                to.update(from: from + (step(of: origin) + first) * width, count: size)
                to += size
            }
        }
    }
}
