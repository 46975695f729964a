/// What single precision takes from the values of a file: how far neighbouring readings of a column lie apart, and how
/// much of that is lost when they are rounded.
///
/// A meter at 123,456,789 can only move in steps of 8.
struct PrecisionTally {
    private struct Column {
        var last = Double.nan
        /// Sums over neighbours of `|x' − x|`, and of what rounding changes in `x' − x`.
        var change = 0.0, loss = 0.0
        var largest = 0.0
    }

    private var columns: [Column] = []

    /// Rounding may take this share of the changes before it is worth a word.
    static let toleratedShare = 0.05

    /// The value in single precision, its loss noted under a column's number.
    @inline(__always)
    mutating func note(_ value: Double, _ column: Int) -> Float {
        let rounded = Float(value)
        // Up to six digits nothing is lost that anybody measures.
        guard abs(value) >= 100_000 else { return rounded }
        record(value, rounded, column)
        return rounded
    }

    private mutating func record(_ value: Double, _ rounded: Float, _ index: Int) {
        if index >= columns.count {
            columns.append(contentsOf: repeatElement(Column(), count: index + 1 - columns.count))
        }
        let last = columns[index].last
        if !last.isNaN {
            columns[index].change += abs(value - last)
            columns[index].loss += abs((Double(rounded) - Double(Float(last))) - (value - last))
        }
        columns[index].last = value
        columns[index].largest = max(columns[index].largest, abs(value))
    }

    func findings(name: (Int) -> String) -> [QualityReport.Finding] {
        let lost = columns.indices.filter { columns[$0].loss > Self.toleratedShare * columns[$0].change }
        guard !lost.isEmpty else { return [] }
        return [
            .init(
                .lostDigits, .warning, count: lost.count,
                message: "\(counted(lost.count, "column")) whose neighbouring readings are lost in 32 bits: values are "
                    + "so large that the changes between them are rounded away; subtract a constant, or write the "
                    + "changes (of a meter, what was used)",
                examples: lost.prefix(QualityReport.Finding.exampleLimit).map { index in
                    let largest = columns[index].largest
                    return "\(name(index)) (up to \(grouped(Int(min(largest, 9e18)))), kept in steps of "
                        + "\(Float(largest).ulp))"
                })
        ]
    }
}
