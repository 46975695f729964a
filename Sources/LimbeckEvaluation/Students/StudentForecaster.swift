import LimbeckFiles
public import LimbeckRuntime
public import LimbeckSeries
import Synchronization

/// A student file as a forecaster of series: what a device computes, and nothing of training.
///
/// Forecasts from several threads take turns on the student's one memory.
public final class StudentForecaster: Forecaster {
    public let name: String
    public let shape: StudentShape
    public let names: StudentNames
    public let windowing: Windowing
    /// Of the values the student was trained on, by place and channel.
    public let scaler: Scaler
    public let card: [CardEntry]
    /// Weights stored, and operations of one forecast of all places.
    public let cost: ForecastCost
    private let student: Mutex<Student>

    /// From the bytes of a `.limbeck` file. Throws `malformed` with what the runtime says.
    public convenience init(
        bytes: [UInt8], name: String = "student", limits: StudentLimits = StudentLimits()
    ) throws {
        do {
            self.init(try Student(bytes: bytes, limits: limits), name: name)
        } catch {
            throw EvaluationError(.malformed, "\(name): \(error.message)", cause: error)
        }
    }

    /// From a `.limbeck` file. Throws `unreadable` or `malformed` naming `path`.
    public convenience init(path: String, limits: StudentLimits = StudentLimits()) throws {
        try self.init(bytes: FileBytes.read(path), name: path, limits: limits)
    }

    private init(_ student: sending Student, name: String) {
        self.name = name
        shape = student.shape
        names = student.names
        windowing = student.windowing
        scaler = student.scaler
        card = student.card
        cost = ForecastCost(
            parameters: student.parameterCount, flops: Int(clamping: student.operations))
        self.student = Mutex(student)
    }

    /// On the card of a student trained on rows that keep to no clock: for it too, rows are the steps.
    public static let observedRows = CardEntry("calendar", "observed")

    /// The levels of its quantiles, ascending; empty of values alone.
    public var quantiles: [Double] { numbers("quantiles") }

    /// Of each label the probability from which it is taken to hold, as chosen on validation; empty where there is none.
    public var thresholds: [Float] { numbers("thresholds").map { Float($0) } }

    /// On the card of a student that tells anomalies: steps over which its answers are averaged.
    public static let smoothing = "smoothing"

    /// On the same card: how many channels of a place, the first ones, are watched.
    public static let watched = "watched channels"

    /// The steps of this student; nil where it tells something else.
    public var smoothing: Int? { card.first { $0.key == Self.smoothing }.flatMap { Int($0.value) } }

    /// Channels that it watches, of those it reads.
    public var watchedChannels: Int {
        let told = card.first { $0.key == Self.watched }.flatMap { Int($0.value) } ?? 1
        return min(max(1, told), shape.channels)
    }

    /// What its outputs are called where they are probabilities; nil where they are values.
    public var labelNames: [String]? {
        guard shape.task == .classify else { return nil }
        return names.labels.isEmpty ? (0..<shape.outputs).map { "label \($0)" } : names.labels
    }

    /// A line of the card; empty unless it holds a number for each output, or for each output of a target.
    private func numbers(_ key: String) -> [Double] {
        let words = card.first { $0.key == key }?.value.split(separator: " ") ?? []
        let numbers = words.compactMap { Double($0) }
        return numbers.count == words.count && !numbers.isEmpty && shape.outputs % numbers.count == 0 ? numbers : []
    }

    public var history: Int { shape.history }
    public var horizon: Int { shape.horizon }

    /// Forecasts in original units, `[origins, horizon, nodes, outputs]`; readings of the history
    /// that are not finite are filled by the policy in the file.
    ///
    /// Throws `incomparable` when `series` is not what the student was made for, `outOfRange`
    /// when an origin has too little history.
    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        try checkFit(series)
        for origin in origins where origin < history || origin > series.times.count {
            throw EvaluationError(
                .outOfRange,
                """
                \(name): a forecast from step \(origin) of \(series.name) needs the \(history) steps \
                before it, but the series has \(series.times.count) steps; choose origins from \
                \(history) to \(series.times.count)
                """)
        }
        return forecast(
            series.times, origins, series.values, from: origins.map { ($0 - history) * series.stepSize })
    }

    /// The same of windows `[history, nodes, channels]` in original units that are not those of a series.
    ///
    /// Throws `incomparable` when `series`, which they are of, is not what the student was made for, or a window has
    /// another size.
    public func forecast(
        _ series: Series, origins: [Int], windows: (_ origin: Int) -> [Float]
    ) throws -> Forecast {
        try checkFit(series)
        var values: [Float] = []
        for first in stride(from: 0, to: origins.count, by: 256) {
            let some = Array(origins[first..<min(first + 256, origins.count)])
            let readings = some.flatMap(windows)
            guard readings.count == some.count * shape.inputCount else {
                throw EvaluationError(
                    .incomparable,
                    "\(name): windows have \(readings.count / some.count) readings, the student reads \(shape.inputCount)"
                )
            }
            values += forecast(series.times, some, readings, from: some.indices.map { $0 * shape.inputCount }).values
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: shape.nodes, channelCount: shape.outputs, values: values)
    }

    /// - Parameter places: where in `readings` each origin's window begins.
    private func forecast(_ times: TimeGrid, _ origins: [Int], _ readings: [Float], from places: [Int]) -> Forecast {
        let size = shape.outputCount
        var values = [Float](repeating: 0, count: origins.count * size)
        student.withLock { student in
            readings.withUnsafeBufferPointer { readings in
                values.withUnsafeMutableBufferPointer { target in
                    guard let readings = readings.baseAddress, let target = target.baseAddress
                    else { return }
                    for (number, origin) in origins.enumerated() {
                        student.predictUnchecked(
                            readings + places[number], at: times.instant(origin), into: target + number * size)
                    }
                }
            }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: shape.nodes,
            channelCount: shape.outputs, values: values)
    }
}

extension Spacing {
    fileprivate var words: String {
        switch self {
        case .regular: "that follow the clock"
        case .months(let count, let day): "of \(count) months on day \(day)"
        case .week(let opens): "in \(opens.count) open times of a week"
        }
    }
}

extension StudentForecaster {
    /// Throws `incomparable` naming what the student and `series` have, where they differ.
    public func checkFit(_ series: Series) throws {
        let times = series.times
        try same("a step of", "\(windowing.step) s", "\(times.step) s", series)
        try same("steps", windowing.spacing.words, times.spacing.words, series)
        guard windowing.time.clock.rawValue == times.clock.rawValue else { throw otherClock(series) }
        try same("the time zone", windowing.time.zone, times.zone, series, whereKnown: true)
        try same("this many places:", "\(shape.nodes)", "\(series.nodeCount)", series)
        try same("this many channels:", "\(shape.channels)", "\(series.channelCount)", series)
        for (index, (own, other)) in zip(names.places, series.places).enumerated() {
            try same("as place \(index + 1)", "\"\(own)\"", "\"\(other.id)\"", series)
        }
        for (index, (own, other)) in zip(names.channels, series.channels).enumerated() {
            try same("as channel \(index + 1)", "\"\(own)\"", "\"\(other.name)\"", series)
        }
        for (own, other) in zip(names.units, series.channels) {
            try same("for \(other.name) the unit", own, other.unit, series, whereKnown: true)
        }
    }

    private func otherClock(_ series: Series) -> EvaluationError {
        let (own, other, remedy) =
            windowing.time.clock == .local
            ? (
                "local times without an offset", "times with an offset or Z",
                "write local times without offset, such as 2024-03-01T06:00"
            )
            : (
                "times with an offset or Z", "local times without an offset",
                "write times with their offset, such as 2024-03-01T06:00Z"
            )
        return EvaluationError(
            .incomparable, "The student \(name) reads \(own), but \(series.name) has \(other); \(remedy)")
    }

    private func same(
        _ fact: String, _ own: String, _ other: String, _ series: Series,
        whereKnown: Bool = false
    ) throws {
        if own == other || whereKnown && (own.isEmpty || other.isEmpty) { return }
        throw differs("has \(fact) \(own)", "has \(other)", series)
    }

    private func differs(_ own: String, _ other: String, _ series: Series) -> EvaluationError {
        EvaluationError(
            .incomparable,
            """
            The student \(name) \(own), but the series \(series.name) \(other); give it data like \
            what it was exported for, or distil a student for this data
            """)
    }
}
