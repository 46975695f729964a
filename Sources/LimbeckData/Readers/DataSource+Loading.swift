import Foundation
import LimbeckFiles
import LimbeckSeries

extension DataSource {
    /// The first source of targets with the channels of all others joined to it, those known ahead so many steps before.
    private func joinedSources(ahead horizon: Int, _ catalogs: DataCatalogs) throws -> LoadedSeries {
        var own = self
        own.sources = []
        let all = (dataset.isEmpty && path.isEmpty ? [] : [own]) + sources
        let ordered = Role.allCases.flatMap { role in all.filter { $0.as == role } }
        var result = try ordered[0].load(from: catalogs)
        var targets = result.series.channels.map(\.name)
        for source in ordered.dropFirst() {
            let title = Self.distinct(source.title, result.sources.map(\.name) + result.factSources.map(\.name))
            if source.as == .staticCovariates {
                try source.attachFacts(to: &result, titled: title)
                continue
            }
            let lead = source.as == .futureCovariates ? horizon : nil
            var (series, findings) = try source.joined(to: result.series, ahead: lead, titled: title, catalogs)
            if source.join.mask {
                series.addMask(of: result.series.channelCount..<series.channelCount, named: "\(title).known")
            }
            for channel in result.series.channelCount..<series.channelCount {
                let before = series.channels[..<channel].map(\.name)
                let name = series.channels[channel].name
                if before.contains(name) {
                    series.channels[channel].name = Self.distinct("\(title).\(name)", before)
                }
            }
            let added = series.channels.dropFirst(result.series.channelCount).map(\.name)
            if source.as == .targets { targets += added }
            if source.as != .targets {
                result.sources.append((title, added))
            }
            if source.as == .futureCovariates { result.future += added }
            result.series = series
            // A covariate that is held stands still, and says so.
            let stuck = result.quality.findings(.stuck)
            let repairs = (result.quality.findings + findings).filter { $0.severity == .repair }
            result.quality = QualityCheck.report(series, repairs)
            result.quality.findings = result.quality.findings.filter { $0.kind != .stuck } + stuck
        }
        result.targets = targets
        return result
    }

    /// A series with this source's channels behind its own, and what was done.
    private func joined(
        to main: Series, ahead lead: Int?, titled title: String, _ catalogs: DataCatalogs
    ) throws -> (series: Series, findings: [QualityReport.Finding]) {
        if let calendar = try eventCalendar() {
            let join = try EventJoin(main, calendar, labels: columns, file: path)
            let (series, finding) = join.joined(ahead: lead)
            return (series, [finding])
        }
        if text.hashed > 0 {
            let content = try TextFile(FileBytes.readDecompressed(path, limit: limitBytes()), file: path)
            let (series, finding) = try TextJoin(
                main, content.bytes, source: self, file: path, title: title, ahead: lead
            ).joined()
            return (series, content.findings + [finding])
        }
        let further = try load(from: catalogs)
        let join = try CovariateJoin(
            main, further.series, rule: join, file: path.isEmpty ? dataset : path, ahead: lead)
        let (series, finding) = try join.joined()
        return (series, further.quality.findings + [finding])
    }

    /// A name that is not taken: "weather (2)".
    private static func distinct(_ name: String, _ taken: [String]) -> String {
        guard taken.contains(name) else { return name }
        return (2...).lazy.map { "\(name) (\($0))" }.first { !taken.contains($0) } ?? name
    }

    /// As it is called where what it brings is told.
    private var title: String { path.isEmpty ? dataset : FileName.stem(path) }

    /// Takes what a table says of the places of a series.
    private func attachFacts(to loaded: inout LoadedSeries, titled title: String) throws {
        let text = try TextFile(FileBytes.readDecompressed(path, limit: limitBytes()), file: path)
        let table = try PlaceTable(
            text.bytes, file: path, missing: missing, delimiter: delimiter.byte, decimal: decimal)
        var (facts, finding) = try table.facts(of: loaded.series.places, id: place, columns: columns)
        let before = loaded.series.facts?.names ?? []
        facts.names = facts.names.map { before.contains($0) ? Self.distinct("\(title).\($0)", before) : $0 }
        loaded.factSources.append((title, facts.names))
        loaded.series.facts = loaded.series.facts?.joined(facts, places: loaded.series.nodeCount) ?? facts
        loaded.quality.findings += text.findings + [finding]
    }

    /// The events of an iCalendar file; nil for other files.
    private func eventCalendar() throws -> EventCalendar? {
        guard !path.isEmpty, `as` != .targets, let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let start = (try? file.read(upToCount: 64)) ?? nil
        let name = path.lowercased()
        guard EventCalendar.isCalendar(start ?? Data()) || [".ics.gz", ".ics.xz"].contains(where: name.hasSuffix) else {
            return nil
        }
        return try EventCalendar(FileBytes.readDecompressed(path, limit: limitBytes()), file: path)
    }

    /// Reads, checks and repairs. Throws `DataError`, each naming file, line and column.
    ///
    /// - Parameter horizon: how many steps before their time what is known ahead is told, as a model of so many steps is to
    ///   read it.
    public func load(ahead horizon: Int = 0, from catalogs: DataCatalogs = DataCatalogs()) throws -> LoadedSeries {
        try validate(catalogs)
        if !sources.isEmpty { return try joinedSources(ahead: horizon, catalogs) }
        var loaded =
            try dataset.isEmpty
            ? readFile(catalogs.readers) : catalogs.datasets.entry(named: dataset).load()
        if !dataset.isEmpty { try ChannelChoice.apply(channels, to: &loaded.series) }
        if !coordinates.isEmpty { try CoordinatesFile.attach(coordinates, to: &loaded) }
        if !adjacency.isEmpty {
            loaded.series.graph = try AdjacencyFile.read(
                adjacency, places: loaded.series.places, kind: adjacencyKind)
        }
        return loaded
    }

    private func readFile(_ readers: ReaderCatalog) throws -> LoadedSeries {
        let limit = try limitBytes()
        let set: FileSet
        switch try FileSet.open(path, format: format, limit: limit) {
        case .one(let bytes): return try read(bytes, readers)
        case .several(let found): set = found
        }
        func load(_ file: FileSet.File, _ decimal: Decimal) throws -> LoadedSeries {
            var source = self
            (source.path, source.decimal) = (file.name, decimal)
            return try source.read(file.content(), readers)
        }
        var parts: [SeriesJoin.Part] = [], files: [FileSet.File] = [], coordinates: [String] = []
        for file in set.files {
            do {
                parts.append((file.name, try load(file, decimal)))
                files.append(file)
            } catch let error as DataError {
                // A table of places beside their readings.
                guard set.files.count > 1, try isTableOfPlaces(file, readers) else { throw error }
                coordinates.append(fileName(file.name))
            }
        }
        guard !parts.isEmpty else {
            throw DataError(
                .emptyFile,
                "\(path): holds tables of places alone (\(coordinates.joined(separator: ", "))), and no readings; name a file "
                    + "with times.")
        }
        // What one file tells of its numbers holds for those that do not tell.
        let told = Set(parts.compactMap { $0.1.decimal }.filter(\.isSure).map(\.mark))
        if told.count == 1, told.first == Byte.comma {
            for (index, file) in files.enumerated() where parts[index].1.decimal?.isSure == false {
                parts[index].1 = try load(file, .comma)
            }
        }
        var loaded = parts.count == 1 ? parts[0].1 : try SeriesJoin(parts, as: self.files).joined(fileName(path))
        if !coordinates.isEmpty {
            loaded.quality.findings.append(
                .init(
                    .files, .repair, count: coordinates.count,
                    message:
                        "\(coordinates.joined(separator: ", ")) of places without times left out; data.coordinates "
                        + "reads it"))
        }
        if !set.passedOver.isEmpty {
            loaded.quality.findings.append(
                .init(
                    .files, .warning, count: set.passedOver.count,
                    message: "\(counted(set.passedOver.count, "file")) beside them not read",
                    examples: Array(set.passedOver.prefix(QualityReport.Finding.exampleLimit))))
        }
        return loaded
    }

    /// Does a text have coordinates, and no times?
    private func isTableOfPlaces(_ file: FileSet.File, _ readers: ReaderCatalog) throws -> Bool {
        let bytes = try file.content()
        guard start.isEmpty, try binaryReader(bytes, readers) == nil, let text = try? TextFile(bytes, file: file.name),
            let header = try? CSVHeader(text.bytes, file: file.name, source: self)
        else { return false }
        return header.times.isEmpty && header.latitude != nil
    }

    /// Reads the content of `path`, already decompressed.
    func read(_ bytes: [UInt8], _ readers: ReaderCatalog = .standard) throws -> LoadedSeries {
        if let reader = try binaryReader(bytes, readers) { return try reader.read(bytes, file: path, source: self) }
        let text = try TextFile(bytes, file: path)
        var loaded = try textReader(text.bytes, readers).read(text.bytes, file: path, source: self)
        loaded.quality.findings.insert(contentsOf: text.findings, at: 0)
        return loaded
    }

    /// The reader of a file that is no text, stated or told by its first bytes; nil for text.
    private func binaryReader(_ bytes: [UInt8], _ readers: ReaderCatalog) throws -> (any SeriesReader)? {
        guard format == Self.auto else {
            let stated = try readers.entry(named: format)
            return stated.recognizes == nil ? nil : stated.make()
        }
        return readers.entries.first { $0.recognizes?(bytes) == true }?.make()
    }

    private func textReader(_ bytes: [UInt8], _ readers: ReaderCatalog) throws -> any SeriesReader {
        if format != Self.auto { return try readers.entry(named: format).make() }
        let header = try CSVHeader(bytes, file: path, source: self)
        return header.isLong ? CSVLongReader() : CSVWideReader()
    }
}
