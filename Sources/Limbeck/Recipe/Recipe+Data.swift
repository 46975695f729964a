public import LimbeckData

extension Recipe {
    /// Where the data is and how to read it, checked as far as that goes without opening a file.
    ///
    /// - Throws: `LimbeckError` for unknown keys and wrong types; what the source's own check
    ///   throws.
    public func dataSource() throws -> DataSource {
        let source = try decode(default: DataSource(), laying: data, at: "data")
        try source.validate()
        return source
    }
}

/// A source in `data.sources` may be written in part.
extension DataSource: DefaultedConfiguration {}
