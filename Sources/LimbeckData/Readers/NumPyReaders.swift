import LimbeckFiles
import LimbeckSeries

/// A NumPy array `[T]`, `[T, N]` or `[T, N, C]`; `start` and `step` tell its times.
///
/// NaN is missing, and so are numbers listed in `missing`. Places take their ids from the
/// coordinates file when it has one line for each, in order; otherwise they are numbered.
public struct NPYReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        try Self.series(NPYArray(bytes, file: file), file: file, source: source)
    }

    static func series(
        _ array: NPYArray, file: String, source: DataSource
    ) throws -> LoadedSeries {
        var shape = array.shape
        while shape.count < 3, !shape.isEmpty { shape.append(1) }
        guard shape.count == 3, shape[1] > 0, shape[2] > 0 else {
            throw DataError(
                .badFormat,
                "\(file): has shape \(array.shape); it must be [times, places] or [times, "
                    + "places, channels].")
        }
        guard shape[0] >= 2 else {
            throw DataError(
                .tooFewRows, "\(file): \(counted(shape[0], "step")); at least 2 are needed.")
        }
        let grid = try UniformTimes(source, file: file).grid(shape[0], zone: source.zone)
        let parser = CellParser(missing: source.missing)
        var series = Series(
            name: fileName(file), times: grid, places: try places(shape[1], file, source),
            channels: channels(shape[2], source),
            values: array.values.map { parser.isMissing(Double($0)) ? .nan : $0 })
        let places = series.places
        let lost = array.precision.findings { places[min($0 / shape[2], shape[1] - 1)].id }
        try ChannelChoice.apply(source.channels, to: &series)
        return LoadedSeries(series: series, quality: QualityCheck.report(series, lost))
    }

    private static func places(
        _ count: Int, _ file: String, _ source: DataSource
    ) throws -> [Place] {
        guard !source.coordinates.isEmpty else {
            return (0..<count).map { Place(id: String($0)) }
        }
        let bytes = try TextFile(FileBytes.readDecompressed(source.coordinates), file: source.coordinates).bytes
        let ids = try CoordinatesFile.parse(bytes, file: source.coordinates).order
        guard ids.count == count else {
            throw DataError(
                .mismatchedCoordinates,
                "\(source.coordinates): names \(ids.count) places, \(file) holds \(count); give "
                    + "one line for each, in the array's order.")
        }
        return ids.map { Place(id: $0) }
    }

    private static func channels(_ count: Int, _ source: DataSource) -> [Channel] {
        (0..<count).map { channel(count == 1 ? "value" : "channel\($0)", source.unit) }
    }
}

/// A NumPy archive: the array named by `value`, the one called `data`, or the only one.
public struct NPZReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        let archive = try ZipArchive(bytes, file: file)
        let arrays = archive.members.filter { $0.name.hasSuffix(".npy") }
        guard !arrays.isEmpty else {
            let isExcel = archive.members.contains { $0.name.hasPrefix("xl/") }
            let names = archive.members.prefix(5).map { quoted($0.name) }.joined(separator: ", ")
            throw DataError(
                .badFormat,
                isExcel
                    ? "\(file): is an Excel workbook (.xlsx), which is not read; save the sheet as CSV."
                    : "\(file): is a zip archive without NumPy arrays (\(names)), which is not read; unpack it and name "
                        + "the file inside.")
        }
        let names = arrays.map { String($0.name.dropLast(4)) }
        let wanted = source.value.isEmpty ? (arrays.count == 1 ? names[0] : "data") : source.value
        guard let chosen = names.firstIndex(of: wanted) else {
            throw DataError(
                .missingColumn,
                "\(file): holds no array \(quoted(wanted)) but "
                    + "\(names.map { quoted($0) }.joined(separator: ", ")); name one in "
                    + "data.value.")
        }
        let label = "\(file), \(wanted)"
        let array = try NPYArray(archive.content(arrays[chosen]), file: label)
        var loaded = try NPYReader.series(array, file: label, source: source)
        loaded.series.name = fileName(file)
        loaded.quality.name = fileName(file)
        return loaded
    }
}
