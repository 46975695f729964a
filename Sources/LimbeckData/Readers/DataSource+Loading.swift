import LimbeckFiles
import LimbeckSeries

extension DataSource {
    /// The first source of targets with the channels of all others joined to it.
    private func joinedSources() throws -> LoadedSeries {
        var own = self
        own.sources = []
        let all = (dataset.isEmpty && path.isEmpty ? [] : [own]) + sources
        let ordered = all.filter { $0.as == .targets } + all.filter { $0.as != .targets }
        var result = try ordered[0].load()
        var targets = result.series.channels.map(\.name)
        for source in ordered.dropFirst() {
            let further = try source.load()
            let file = source.path.isEmpty ? source.dataset : source.path
            let (series, finding) = try CovariateJoin(result.series, further.series, rule: source.join, file: file)
                .joined()
            if source.as == .targets { targets += series.channels.dropFirst(result.series.channelCount).map(\.name) }
            result.series = series
            // A covariate that is held stands still, and says so.
            let stuck = result.quality.findings(.stuck)
            let repairs = (result.quality.findings + further.quality.findings).filter { $0.severity == .repair }
            result.quality = QualityCheck.report(series, repairs + [finding])
            result.quality.findings = result.quality.findings.filter { $0.kind != .stuck } + stuck
        }
        result.targets = targets
        return result
    }

    /// Reads, checks and repairs. Throws `DataError`, each naming file, line and column.
    public func load() throws -> LoadedSeries {
        try validate()
        if !sources.isEmpty { return try joinedSources() }
        var loaded =
            try dataset.isEmpty
            ? readFile() : DatasetCatalog.standard.entry(named: dataset).load()
        if !dataset.isEmpty { try ChannelChoice.apply(channels, to: &loaded.series) }
        if !coordinates.isEmpty { try CoordinatesFile.attach(coordinates, to: &loaded) }
        if !adjacency.isEmpty {
            loaded.series.graph = try AdjacencyFile.read(
                adjacency, places: loaded.series.places, kind: adjacencyKind)
        }
        return loaded
    }

    private func readFile() throws -> LoadedSeries {
        let limit = try limitBytes()
        let set: FileSet
        switch try FileSet.open(path, format: format, limit: limit) {
        case .one(let bytes): return try read(bytes)
        case .several(let found): set = found
        }
        let parts = try set.files.map { file in
            var source = self
            source.path = file.name
            return (file.name, try source.read(file.content()))
        }
        var loaded = parts.count == 1 ? parts[0].1 : try SeriesJoin(parts, as: files).joined(fileName(path))
        if !set.passedOver.isEmpty {
            loaded.quality.findings.append(
                .init(
                    .files, .warning, count: set.passedOver.count,
                    message: "\(counted(set.passedOver.count, "file")) beside them not read",
                    examples: Array(set.passedOver.prefix(QualityReport.Finding.exampleLimit))))
        }
        return loaded
    }

    /// Reads the content of `path`, already decompressed.
    func read(_ bytes: [UInt8]) throws -> LoadedSeries {
        guard let format = binaryFormat(bytes) else {
            let text = try TextFile(bytes, file: path)
            var loaded = try textReader(text.bytes).read(text.bytes, file: path, source: self)
            loaded.quality.findings.insert(contentsOf: text.findings, at: 0)
            return loaded
        }
        return try ReaderCatalog.standard.entry(format).make().read(bytes, file: path, source: self)
    }

    /// The format of a file that is no text, stated or told by its first bytes; nil for text.
    private func binaryFormat(_ bytes: [UInt8]) -> Format? {
        switch format {
        case .parquet, .npy, .npz: return format
        case .csvWide, .csvLong: return nil
        case .auto:
            if bytes.starts(with: NPYArray.magic) { return .npy }
            if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .npz }
            return bytes.starts(with: ParquetFile.magic) ? .parquet : nil
        }
    }

    private func textReader(_ bytes: [UInt8]) throws -> any SeriesReader {
        if format != .auto { return try ReaderCatalog.standard.entry(format).make() }
        let header = try CSVHeader(bytes, file: path, source: self)
        return header.isLong ? CSVLongReader() : CSVWideReader()
    }
}
