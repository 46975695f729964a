/// Data sets carried inside the binary. A new one is a file here and a line in `standard`.
public struct DatasetCatalog: Sendable {
    public struct Entry: Sendable {
        public var name: String
        public var summary: String
        /// What must be shown wherever the data is.
        public var licence: String
        public var load: @Sendable () throws -> LoadedSeries
    }

    public var entries: [Entry]

    public static let standard = DatasetCatalog(entries: [Auckland.entry])

    /// Throws `unknownName` listing the known ones.
    public func entry(named name: String) throws -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            let known = entries.map(\.name).joined(separator: ", ")
            throw DataError(
                .unknownName, "dataset: there is no \(quoted(name)); known: \(known).")
        }
        return entry
    }
}
