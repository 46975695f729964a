import LimbeckCompute
import LimbeckData
import LimbeckFiles
public import LimbeckModels
public import LimbeckRuntime
public import LimbeckSeries

extension TrainedForecaster {
    /// The student that computes what this model computes: its inference for one window, with
    /// everything that depends on no reading computed once and stored.
    ///
    /// Names, coordinates, units, clock and zone are those of `series`, which must have the step,
    /// places and channels that the model was trained for; `labels` are what a classifier's outputs are called. Throws `unsupportedOperation` with
    /// the operation and its path, `mismatch` or `refused`.
    public func student(
        series: Series, labels: [String] = [], card: [CardEntry] = [], limits: StudentLimits = StudentLimits()
    ) throws -> StudentContent {
        try checkFit(series)
        let (traced, slots) = inference(batch: 1, keepsWhole: true)
        let frozen = traced.frozen(parameters, pool: WorkerPool(workers: 1))
        let shape = deviceShape
        let lowered = try ProgramLowering.lower(
            frozen, slots: slots.map { (name: ModelInputs.name($0), slot: $0) }, shape: shape)
        let hours = Windowing.hours(history: shape.history)
        let needsHours = rule.missing == .seasonal && !lowered.slots.contains(hours)
        var content = StudentContent(
            shape: shape, program: lowered.program, weights: lowered.weights, scaler: scaler,
            windowing: Windowing(
                step: self.shape.step,
                time: LocalTime(
                    clock: series.times.clock, zone: series.times.zone,
                    offsets: series.times.offsets),
                missing: rule.missing, slots: lowered.slots + (needsHours ? [hours] : []), spacing: series.times.spacing
            ),
            names: StudentNames(series, labels: shape.task == .classify ? labels : []), card: card)
        content.filling = rule.filling
        do {
            _ = try Student(content, limits: limits)
        } catch {
            throw ExportError(.refused, "\(name): \(error.message)", cause: error)
        }
        return content
    }

    /// The bytes of the `.limbeck` file of `student(series:card:)`.
    public func studentFile(series: Series, card: [CardEntry] = []) throws -> [UInt8] {
        let content = try student(series: series, card: card)
        do {
            return try StudentFile.encode(content)
        } catch {
            throw ExportError(.refused, "\(name): \(error.message)", cause: error)
        }
    }

    /// Writes the file, wholly or not at all, and returns its bytes. Throws a `FileError` too.
    @discardableResult
    public func exportStudent(
        to path: String, series: Series, card: [CardEntry] = []
    ) throws -> Int {
        let bytes = try studentFile(series: series, card: card)
        try AtomicFile.write(path, bytes: bytes)
        return bytes.count
    }

    /// Quantiles are outputs of the same target; of labels and classes a device gives probabilities.
    private var deviceShape: StudentShape {
        let width = shape.answerWidth
        var device =
            shape.head.output.isScaled
            ? StudentShape(
                history: shape.history, horizon: shape.answerSteps, nodes: shape.nodes, channels: shape.channels,
                targets: (0..<width).map { $0 / (width / shape.outputs) })
            : StudentShape(
                history: shape.history, horizon: shape.answerSteps, nodes: shape.nodes, channels: shape.channels,
                labels: width)
        device.future = shape.future
        return device
    }

    private func checkFit(_ series: Series) throws {
        let facts = [
            ("step in seconds", Int(shape.step), Int(series.times.step)),
            ("number of places", shape.nodes, series.nodeCount),
            ("number of channels", shape.channels, series.channelCount),
        ]
        for (fact, own, other) in facts where own != other {
            throw ExportError(
                .mismatch,
                """
                \(name) was trained with a \(fact) of \(own), but \(series.name) has \(other); \
                export with the series it was trained on.
                """)
        }
    }
}

extension StudentNames {
    /// Coordinates only when every place has one.
    init(_ series: Series, labels: [String] = []) {
        let coordinates = series.places.compactMap(\.coordinate)
        let isComplete = coordinates.count == series.places.count
        self.init(
            places: series.places.map(\.id),
            latitudes: isComplete ? coordinates.map(\.latitude) : [],
            longitudes: isComplete ? coordinates.map(\.longitude) : [],
            channels: series.channels.map(\.name), units: series.channels.map(\.unit), labels: labels)
    }
}
