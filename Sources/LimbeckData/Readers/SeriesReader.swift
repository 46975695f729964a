import LimbeckSeries

/// Turns the bytes of one file into a series.
public protocol SeriesReader: Sendable {
    /// - Parameters:
    ///   - bytes: the file's content, already decompressed.
    ///   - file: its name, for messages.
    ///   - source: names of columns, zone, unit and the rest.
    func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries
}

/// The file formats Limbeck reads. A new one is a file here and a line in `standard`.
public struct ReaderCatalog: Sendable {
    public struct Entry: Sendable {
        public var format: DataSource.Format
        public var summary: String
        public var make: @Sendable () -> any SeriesReader
    }

    public var entries: [Entry]

    public static let standard = ReaderCatalog(entries: [
        Entry(format: .csvWide, summary: "CSV: a time column, then one column per place.") {
            CSVWideReader()
        },
        Entry(format: .csvLong, summary: "CSV: a row per time and place, one or more values.") {
            CSVLongReader()
        },
        Entry(format: .parquet, summary: "Parquet: either of these as a table of typed columns.") {
            ParquetReader()
        },
        Entry(format: .npy, summary: "NumPy array [T, N] or [T, N, C].") { NPYReader() },
        Entry(format: .npz, summary: "NumPy archive with such an array.") { NPZReader() },
    ])

    public func entry(_ format: DataSource.Format) throws -> Entry {
        guard let entry = entries.first(where: { $0.format == format }) else {
            let known = entries.map(\.format.rawValue).joined(separator: ", ")
            throw DataError(
                .unknownName, "data.format: no reader for \(format.rawValue); known: \(known).")
        }
        return entry
    }
}
