public import LimbeckData

extension Recipe {
    /// Where the data is and how to read it, checked as far as that goes without opening a file.
    ///
    /// - Throws: `LimbeckError` for unknown keys and wrong types; what the source's own check
    ///   throws.
    public func dataSource(_ catalogs: DataCatalogs = DataCatalogs()) throws -> DataSource {
        let source = try decode(default: DataSource(), laying: data, at: "data")
        let readers = [DataSource.auto] + catalogs.readers.names
        try check(source.format, among: readers, at: "data.format")
        if !source.dataset.isEmpty { try check(source.dataset, among: catalogs.datasets.names, at: "data.dataset") }
        for (index, one) in source.sources.enumerated() {
            try check(one.format, among: readers, at: "data.sources[\(index)].format")
        }
        try source.validate(catalogs)
        return source
    }
}

/// A source in `data.sources` may be written in part.
extension DataSource: DefaultedConfiguration {}
