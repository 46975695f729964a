public import LimbeckSeries

/// A data set carried inside the binary: one file, and one line in `DatasetCatalog.standard`.
public struct DatasetEntry: CatalogEntry {
    public var name: String
    public var summary: String
    /// What must be shown wherever the data is.
    public var licence: String
    public var load: @Sendable () throws -> LoadedSeries

    public init(
        name: String, summary: String, licence: String, load: @escaping @Sendable () throws -> LoadedSeries
    ) {
        self.name = name
        self.summary = summary
        self.licence = licence
        self.load = load
    }

    public static let kind = "data set"
    public static func error(_ message: String) -> any Error { DataError(.unknownName, message) }
}

public typealias DatasetCatalog = Catalog<DatasetEntry>

extension Catalog<DatasetEntry> {
    public static var standard: DatasetCatalog { DatasetCatalog([Auckland.entry]) }
}
