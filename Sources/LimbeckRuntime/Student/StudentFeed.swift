/// A student that is fed readings as they come: it keeps the window, forecasts from it and scores
/// each reading against the forecast made before it, all in original units.
///
/// ```swift
/// let feed = StudentFeed(student)
/// let reading = feed.push(412, node: 3, at: time)     // an anomaly? late?
/// try feed.forecast(into: &forecast)                  // of the steps after the newest
/// ```
/// A reading belongs to the step that its time lies in: step `k` begins at `phase + k·step`, steps of months with the
/// month, steps of an open week where the file says. Of several readings of one step the last counts. Steps without readings are missing, and filled as the file
/// says. After the first forecast nothing allocates.
public final class StudentFeed {
    /// What became of a reading.
    public enum Arrival: UInt8, Hashable, Sendable {
        /// Of the newest step, or of one that now is.
        case current
        /// Of an earlier step of the window: put there.
        case late
        /// Of a step before the window, or late where the file says to ignore such readings: not used.
        case tooLate
        /// Not finite: its place counts as missing.
        case missing
        /// No such node or channel: not used.
        case unknown
    }

    /// A reading that was taken in.
    public struct Reading: Hashable, Sendable {
        public var arrival: Arrival
        /// Distance from the forecast in spreads; nil where that step of that channel was not forecast.
        public var score: Float?
        /// The score is above the calibrated threshold of the node.
        public var isAnomaly: Bool
    }

    public let student: Student
    /// Where steps begin, in seconds after a multiple of the step.
    public let phase: Int64
    /// `[T, N, C]`, oldest first; NaN where missing.
    private var window: [Float]
    private var forecast: [Float]
    /// The step that `forecast` begins with; nil before the first.
    private var forecastStep: Int64?
    /// The last step of the window; nil before the first reading.
    private var newest: Int64?
    /// Readings not used because they came too late.
    public private(set) var dropped = 0

    public init(_ student: Student, phase: Int64 = 0) {
        self.student = student
        self.phase = phase
        window = [Float](repeating: .nan, count: student.shape.inputCount)
        forecast = [Float](repeating: .nan, count: student.shape.outputCount)
    }

    /// The instant of the first step that a forecast would be of; nil before the first reading.
    public var origin: Int64? {
        newest.map { student.windowing.begin(of: $0 &+ 1, phase: phase) }
    }

    /// Takes in one reading of one place.
    @discardableResult
    public func push(_ value: Float, node: Int, channel: Int = 0, at time: Int64) -> Reading {
        let shape = student.shape
        guard (0..<shape.nodes).contains(node), (0..<shape.channels).contains(channel) else {
            return Reading(arrival: .unknown, score: nil, isAnomaly: false)
        }
        let step = step(at: time)
        advance(toStep: step)
        guard let newest, newest - step < Int64(shape.history),
            step == newest || student.windowing.late == .replace
        else {
            dropped += 1
            return Reading(arrival: .tooLate, score: nil, isAnomaly: false)
        }
        let row = shape.history - 1 - Int(newest - step)
        let place = (row * shape.nodes + node) * shape.channels + channel
        guard value.isFinite else {
            window[place] = .nan
            return Reading(arrival: .missing, score: nil, isAnomaly: false)
        }
        window[place] = value
        let score = score(value, node, channel, step)
        let threshold = student.anomalyThreshold(node: node)
        return Reading(
            arrival: step == newest ? .current : .late, score: score,
            isAnomaly: score.map { own in threshold.map { own > $0 } ?? false } ?? false)
    }

    /// Takes in one reading of every place, `[N, C]`, NaN for missing. Throws when there are more or fewer.
    public func push(_ row: [Float], at time: Int64) throws(StudentError) {
        let shape = student.shape
        guard row.count == shape.nodes * shape.channels else {
            throw StudentError(
                .wrongCount, "values of one step", expected: shape.nodes * shape.channels,
                actual: row.count)
        }
        for node in 0..<shape.nodes {
            for channel in 0..<shape.channels {
                push(row[node * shape.channels + channel], node: node, channel: channel, at: time)
            }
        }
    }

    /// Time went on without readings: the steps until `time` are missing.
    public func advance(to time: Int64) { advance(toStep: step(at: time)) }

    /// Forecasts the steps after the newest; returns how many readings were missing and filled.
    ///
    /// Throws when `output` has another count than `shape.outputCount`, or nothing was fed yet.
    @discardableResult
    public func forecast(into output: inout [Float]) throws(StudentError) -> Int {
        guard let newest, let origin else {
            throw StudentError(.wrongCount, "readings before the first forecast", expected: 1, actual: 0)
        }
        let repaired = try student.predict(history: window, at: origin, into: &output)
        for index in output.indices { forecast[index] = output[index] }
        forecastStep = newest &+ 1
        return repaired
    }

    // MARK: Steps

    private func step(at time: Int64) -> Int64 { student.windowing.ordinal(of: time, phase: phase) }

    /// Makes `step` the newest, with missing readings in between; earlier steps change nothing.
    private func advance(toStep step: Int64) {
        guard let old = newest else {
            newest = step
            return
        }
        guard step > old else { return }
        let width = student.shape.nodes * student.shape.channels
        let shift = Int(min(step - old, Int64(student.shape.history))) * width
        for index in 0..<window.count - shift { window[index] = window[index + shift] }
        for index in window.count - shift..<window.count { window[index] = .nan }
        newest = step
    }

    private func score(_ value: Float, _ node: Int, _ channel: Int, _ step: Int64) -> Float? {
        let shape = student.shape
        guard let first = forecastStep, shape.task == .forecast, step >= first,
            step - first < Int64(shape.horizon)
        else { return nil }
        for output in 0..<shape.targets.count where shape.targets[output] == channel {
            let place = (Int(step - first) * shape.nodes + node) * shape.outputs + output
            return student.anomalyScore(
                observed: value, predicted: forecast[place], node: node, channel: channel)
        }
        return nil
    }
}
