/// A column of a Parquet file: a value a row, in memory.
public struct ParquetColumn: Sendable {
    public enum Values: Sendable, Hashable {
        case booleans([Bool])
        case integers([Int64])
        case floats([Float])
        case doubles([Double])
        /// Counts of parts of a second since 1970-01-01T00:00: of UTC, or as local clocks show.
        case moments([Int64], perSecond: Int64, isUTC: Bool)
        /// Row `r` holds `texts[codes[r]]`; each text stands there once.
        case texts([String], codes: [Int32])
    }

    public let name: String
    /// One a row; where a row is null, it is zero or empty and means nothing.
    public let values: Values
    /// One a row; empty where no row is null.
    public let isPresent: [Bool]
    public let rowCount: Int

    public var nullCount: Int { isPresent.count { !$0 } }

    /// The first row, from 1, that holds no value.
    var firstNull: Int? { isPresent.firstIndex(of: false).map { $0 + 1 } }
}
