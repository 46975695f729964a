public import LimbeckSeries

/// A series while it is being filled: NaN where nothing is known yet.
public struct ImputationWork: Sendable {
    public let training: Range<Int>
    /// `values` holds NaN in every cell still open; `observed` never changes.
    public private(set) var series: Series
    private var open: Int
    private var tally: [Imputation.Tally] = []

    init(_ series: Series, training: Range<Int>) {
        self.series = series
        self.training = training
        open = 0
        for index in series.values.indices where !series.observed[index] {
            self.series.values[index] = .nan
            open += 1
        }
    }

    public var columnCount: Int { series.stepSize }

    /// Fills open cells of column by column: `body` gets the column's values over time (NaN where
    /// open) and its index in `[N, C]`. Observed cells keep their value whatever it does.
    public mutating func fillColumns(_ body: (_ column: inout [Float], _ index: Int) throws -> Void)
        rethrows
    {
        let count = series.times.count
        let size = columnCount
        var column = [Float](repeating: 0, count: count)
        for index in 0..<size {
            var isOpen = false
            for step in 0..<count {
                column[step] = series.values[step * size + index]
                isOpen = isOpen || column[step].isNaN
            }
            guard isOpen else { continue }
            try body(&column, index)
            for step in 0..<count where series.values[step * size + index].isNaN {
                series.values[step * size + index] = column[step].isFinite ? column[step] : .nan
            }
        }
    }

    /// Observed values of a column in training.
    public func trainingValues(_ index: Int) -> [Float] {
        training.compactMap { step in
            let cell = step * columnCount + index
            return series.observed[cell] ? series.values[cell] : nil
        }
    }

    /// Books what was filled since the last time under `method`.
    mutating func settle(as method: String) {
        let left = series.values.count { $0.isNaN }
        if left < open { tally.append(.init(method: method, count: open - left)) }
        open = left
    }

    /// The training mean of the place, else of the channel, else 0.
    mutating func fillRest() {
        guard open > 0 else { return }
        let (means, shared) = trainingMeans
        let channels = series.channelCount
        fillColumns { column, index in
            guard let value = means[index] else { return }
            for step in column.indices where column[step].isNaN { column[step] = value }
        }
        settle(as: "training mean")
        let silent = Set(silentColumns)
        fillColumns { column, index in
            guard !silent.contains(index), let value = shared[index % channels] else { return }
            for step in column.indices where column[step].isNaN { column[step] = value }
        }
        settle(as: "mean of the channel")
        fillColumns { column, _ in
            for step in column.indices where column[step].isNaN { column[step] = 0 }
        }
        settle(as: "zero")
    }

    /// By column, and by channel.
    private var trainingMeans: (columns: [Float?], channels: [Float?]) {
        let channels = series.channelCount
        let means = (0..<columnCount).map { mean(trainingValues($0)) }
        let shared = (0..<channels).map { channel in
            mean(stride(from: channel, to: columnCount, by: channels).compactMap { means[$0] })
        }
        return (means, shared)
    }

    /// What `fillRest` puts into each column, `[N, C]`.
    var rest: [Float] {
        let (means, shared) = trainingMeans
        let silent = Set(silentColumns)
        return (0..<columnCount).map { index in
            means[index] ?? (silent.contains(index) ? nil : shared[index % series.channelCount]) ?? 0
        }
    }

    func finish() -> Imputation {
        let silent = silentColumns.map { index in
            let id = series.places[index / series.channelCount].id
            let channel = series.channels[index % series.channelCount].name
            return series.channelCount == 1 ? id : "\(id), \(channel)"
        }
        return Imputation(series: series, tally: tally, silent: silent)
    }

    private var silentColumns: [Int] {
        (0..<columnCount).filter { index in
            !stride(from: index, to: series.values.count, by: columnCount).contains {
                series.observed[$0]
            }
        }
    }

    private func mean(_ values: [Float]) -> Float? {
        guard !values.isEmpty else { return nil }
        return Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
    }
}
