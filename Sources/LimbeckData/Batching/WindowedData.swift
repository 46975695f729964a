public import LimbeckRuntime
public import LimbeckSeries

/// A series ready for training: scaled values, mask and calendar, copied out window by window.
///
/// A window is named by its origin, the index of its first target step: history is
/// `origin - history ..< origin`, the target `origin ..< origin + horizon`. Steps are contiguous,
/// so that a window is one copy. Nothing here allocates after `init`.
public final class WindowedData: Sendable {
    public let timeCount, nodeCount, channelCount: Int
    /// Row-major `[T, N, C]`, scaled.
    public let scaled: [Float]
    /// Row-major `[T, N, C]`: 1 where measured, 0 where an imputer filled.
    public let mask: [Float]
    /// Local hour of day (0–23) of each step, and of the one after the last.
    public let hours: [Int32]
    /// Local weekday (Monday 0) of each step, and of the one after the last.
    public let weekdays: [Int32]
    public let scaler: Scaler

    /// Values in one step: nodes × channels.
    public var stepSize: Int { nodeCount * channelCount }

    /// - Parameter series: imputed; its mask still tells what was measured.
    ///
    /// Throws `notImputed` when a value is NaN or infinite.
    public init(_ series: Series, scaler: Scaler) throws {
        precondition(
            scaler.center.count == series.stepSize,
            "WindowedData: scaler of \(scaler.center.count) entries for \(series.stepSize) columns")
        timeCount = series.times.count
        nodeCount = series.nodeCount
        channelCount = series.channelCount
        self.scaler = scaler
        let size = series.stepSize
        if let bad = series.values.firstIndex(where: { !$0.isFinite }) {
            let node = bad % size / series.channelCount
            throw DataError(
                .notImputed,
                "\(series.name): no value at \(quoted(series.places[node].id)), "
                    + "\(TimeText.stamp(series.times, bad / size)); fill gaps with an imputer "
                    + "first.")
        }
        var scaled = [Float](repeating: 0, count: series.values.count)
        var offset = 0
        for _ in 0..<timeCount {
            for column in 0..<size {
                scaled[offset] = scaler.scaled(series.values[offset], at: column)
                offset += 1
            }
        }
        self.scaled = scaled
        mask = series.observed.map { $0 ? 1 : 0 }
        let fields = (0...timeCount).map { series.times.local($0) }
        hours = fields.map { Int32($0.hour) }
        weekdays = fields.map { Int32($0.weekday) }
    }

    /// Copies the history of each origin: scaled values, `[B, history, N, C]`.
    public func fillHistory(
        _ target: UnsafeMutableBufferPointer<Float>, origins: some Collection<Int>, history: Int
    ) {
        copy(scaled, into: target, origins: origins, first: -history, length: history)
    }

    /// Copies the target of each origin: scaled values, `[B, horizon, N, C]`.
    public func fillTarget(
        _ target: UnsafeMutableBufferPointer<Float>, origins: some Collection<Int>, horizon: Int
    ) {
        copy(scaled, into: target, origins: origins, first: 0, length: horizon)
    }

    /// Copies the mask of each target: 1 where measured, else 0, `[B, horizon, N, C]`.
    public func fillTargetMask(
        _ target: UnsafeMutableBufferPointer<Float>, origins: some Collection<Int>, horizon: Int
    ) {
        copy(mask, into: target, origins: origins, first: 0, length: horizon)
    }

    /// Local hour of day and weekday of each origin, that is of the first target step: `[B]`.
    public func fillCalendar(
        hour: UnsafeMutableBufferPointer<Int32>, weekday: UnsafeMutableBufferPointer<Int32>,
        origins: some Collection<Int>
    ) {
        precondition(
            hour.count == origins.count && weekday.count == origins.count,
            "WindowedData: calendar of \(hour.count) and \(weekday.count) for \(origins.count) "
                + "origins")
        for (index, origin) in origins.enumerated() {
            hour[index] = hours[origin]
            weekday[index] = weekdays[origin]
        }
    }

    private func copy(
        _ source: [Float], into target: UnsafeMutableBufferPointer<Float>,
        origins: some Collection<Int>, first: Int, length: Int
    ) {
        let size = length * stepSize
        precondition(
            target.count == origins.count * size,
            "WindowedData: buffer of \(target.count) for [\(origins.count), \(length), "
                + "\(nodeCount), \(channelCount)]")
        guard size > 0, let out = target.baseAddress else { return }
        source.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for (index, origin) in origins.enumerated() {
                let begin = origin + first
                precondition(
                    begin >= 0 && begin + length <= timeCount,
                    "WindowedData: steps \(begin)..<\(begin + length) outside 0..<\(timeCount)")
                (out + index * size).update(from: base + begin * stepSize, count: size)
            }
        }
    }
}
