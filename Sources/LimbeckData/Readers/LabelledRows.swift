public import LimbeckRuntime

/// Rows of features with a class each, ascending in time: what classifiers learn from.
public struct LabelledRows: Sendable {
    /// Seconds since 1970, ascending; rows may share a time.
    public var times: [Int64]
    public var featureNames: [String]
    /// Row-major `[rows, features]`, all finite.
    public var features: [Float]
    /// From 0, below `classCount`.
    public var labels: [Int]
    public var classCount: Int
    /// Rows that came after a later one and were moved to their time.
    public var movedCount = 0

    public init(
        times: [Int64], featureNames: [String], features: [Float], labels: [Int], classCount: Int
    ) {
        precondition(
            features.count == times.count * featureNames.count && labels.count == times.count,
            "LabelledRows: \(features.count) values and \(labels.count) labels"
                + " for [\(times.count), \(featureNames.count)]")
        self.times = times
        self.featureNames = featureNames
        self.features = features
        self.labels = labels
        self.classCount = classCount
    }

    public var count: Int { times.count }
    public var featureCount: Int { featureNames.count }

    /// The values of one feature by row; nil when there is none of that name.
    public func feature(_ name: String) -> [Float]? {
        guard let column = featureNames.firstIndex(of: name) else { return nil }
        return (0..<count).map { features[$0 * featureCount + column] }
    }

    /// Column `label` holds the class, a whole number from 0; every other column but those in
    /// `leavingOut` is a feature. Rows are put in the order of their times.
    ///
    /// Throws `missingColumn`, `badNumber` (line and column named) and `nothingObserved`.
    public init(_ table: CSVTable, label: String, leavingOut: [String] = []) throws {
        func column(_ name: String) throws -> Int {
            if let found = table.names.firstIndex(of: name) { return found }
            let known = table.names.prefix(40).map { quoted($0) }.joined(separator: ", ")
            throw DataError(
                .missingColumn,
                "\(table.file), line 1: there is no column \(quoted(name)); the file has \(known).")
        }
        let truth = try column(label), left = Set(try leavingOut.map(column))
        let columns = table.names.indices.filter { $0 != truth && !left.contains($0) }
        guard !columns.isEmpty else {
            throw DataError(
                .missingColumn,
                "\(table.file), line 1: no column beside \(quoted(label)) to learn from;"
                    + " add features.")
        }
        let width = table.names.count
        let order = table.times.indices.sorted { (table.times[$0], $0) < (table.times[$1], $1) }
        var features: [Float] = [], labels: [Int] = []
        features.reserveCapacity(order.count * columns.count)
        labels.reserveCapacity(order.count)
        for row in order {
            func place(_ column: Int) -> String {
                "\(table.file), line \(table.lines[row]), column \(quoted(table.names[column]))"
            }
            for column in columns {
                let value = table.values[row * width + column]
                guard value.isFinite else {
                    throw DataError(
                        .badNumber,
                        "\(place(column)): no value; fill it, or leave the row or the column out.")
                }
                features.append(value)
            }
            let value = table.values[row * width + truth]
            guard value >= 0, value < Self.mostClasses, value == value.rounded() else {
                throw DataError(
                    .badNumber,
                    "\(place(truth)): \(value.isNaN ? "no value" : "\(value)") is no class;"
                        + " write 0 or 1, or 0, 1, 2, … for more classes.")
            }
            labels.append(Int(value))
        }
        let largest = labels.max() ?? 0
        guard Set(labels).count > 1 else {
            throw DataError(
                .nothingObserved,
                "\(table.file): every row of column \(quoted(label)) is \(largest);"
                    + " a classifier needs two classes.")
        }
        self.init(
            times: order.map { table.times[$0] }, featureNames: columns.map { table.names[$0] },
            features: features, labels: labels, classCount: largest + 1)
        var latest = Int64.min
        for time in table.times {
            if time < latest { movedCount += 1 }
            latest = max(latest, time)
        }
    }

    private static let mostClasses: Float = 1000
}

/// The scaler of features, mean 0 and deviation 1 (divisor n) over the rows in `training`; a
/// feature equal in all of them has spread 1.
public func fitScaler(_ rows: LabelledRows, on training: Range<Int>) -> Scaler {
    precondition(
        training.lowerBound >= 0 && training.upperBound <= rows.count,
        "fitScaler: training \(training) outside 0..<\(rows.count)")
    let width = rows.featureCount
    var columns = [Moments](repeating: Moments(), count: width)
    for row in training {
        for column in 0..<width { columns[column].add(Double(rows.features[row * width + column])) }
    }
    return Scaler(
        center: columns.map { Float($0.mean) }, spread: columns.map { Float($0.deviation) })
}
