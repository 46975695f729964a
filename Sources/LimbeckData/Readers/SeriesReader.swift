public import LimbeckSeries

/// Turns the bytes of one file into a series.
public protocol SeriesReader: Sendable {
    /// - Parameters:
    ///   - bytes: the file's content, already decompressed.
    ///   - file: its name, for messages.
    ///   - source: names of columns, zone, unit and the rest.
    func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries
}

/// A file format that Limbeck reads: one file here, and one line in `ReaderCatalog.standard`.
public struct ReaderEntry: CatalogEntry {
    /// As `data.format` has it.
    public var name: String
    public var summary: String
    /// Whether a file begins as such files do; nil for text.
    public var recognizes: (@Sendable (_ bytes: [UInt8]) -> Bool)?
    public var make: @Sendable () -> any SeriesReader

    public init(
        name: String, summary: String, recognizes: (@Sendable ([UInt8]) -> Bool)? = nil,
        make: @escaping @Sendable () -> any SeriesReader
    ) {
        self.name = name
        self.summary = summary
        self.recognizes = recognizes
        self.make = make
    }

    public static let kind = "reader"
    public static func error(_ message: String) -> any Error { DataError(.unknownName, message) }
}

public typealias ReaderCatalog = Catalog<ReaderEntry>

extension Catalog<ReaderEntry> {
    public static var standard: ReaderCatalog {
        ReaderCatalog([
            ReaderEntry(name: "csvWide", summary: "CSV: a time column, then one column per place.") {
                CSVWideReader()
            },
            ReaderEntry(name: "csvLong", summary: "CSV: a row per time and place, one or more values.") {
                CSVLongReader()
            },
            ReaderEntry(
                name: "parquet", summary: "Parquet: either of these as a table of typed columns.",
                recognizes: { $0.starts(with: ParquetFile.magic) }
            ) { ParquetReader() },
            ReaderEntry(
                name: "npy", summary: "NumPy array [T, N] or [T, N, C].",
                recognizes: { $0.starts(with: NPYArray.magic) }
            ) { NPYReader() },
            ReaderEntry(
                name: "npz", summary: "NumPy archive with such an array.",
                recognizes: { $0.starts(with: [0x50, 0x4B, 0x03, 0x04]) }
            ) { NPZReader() },
        ])
    }
}

/// What the `data` part of a recipe may name.
public struct DataCatalogs: Sendable {
    public var datasets = DatasetCatalog.standard
    public var readers = ReaderCatalog.standard

    public init() {}
}
