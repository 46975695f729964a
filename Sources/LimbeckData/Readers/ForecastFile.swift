import LimbeckFiles
import LimbeckSeries

/// Forecasts that another tool made, in original units.
///
/// NPZ: `values [origins, H, N, C]` (or `[origins, H, N]`), `origins` (seconds, `datetime64` or ISO text)
/// and maybe `places`. CSV: a row a number, columns `origin`, `step` (from 1), `place`, maybe `channel`,
/// and `value`. An origin is the time of the first step that is forecast.
public struct ForecastFile: Sendable {
    public let path: String
    /// Seconds, in the file's order.
    public internal(set) var origins: [Int64] = []
    public internal(set) var horizon = 0
    /// Empty where the file names none: then they stand in the order of the data.
    public internal(set) var places: [String] = []
    public internal(set) var placeCount = 0
    /// Empty where the file names none.
    public internal(set) var channels: [String] = []
    public internal(set) var channelCount = 0
    /// Row-major `[origins, horizon, placeCount, channelCount]`; NaN where the file has none.
    public internal(set) var values: [Float] = []
    /// Origins were written with an offset from UTC, or without; nil for counts of seconds.
    var isAbsolute: Bool?

    /// Throws `DataError` naming file and place.
    public init(path: String) throws {
        self.path = path
        let bytes = try FileBytes.readDecompressed(path)
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            try readArchive(bytes)
        } else if bytes.starts(with: Array("PAR1".utf8)) {
            throw DataError(.badFormat, "\(path): Parquet is not read; write the forecasts as NPZ or CSV.")
        } else {
            try readRows(bytes)
        }
        guard origins.allSatisfy({ Swift.abs(Double($0)) < 1e12 }) else {
            throw DataError(.badTime, "\(path): an origin lies beyond the year 30000; write seconds since 1970.")
        }
        var seen: Set<Int64> = []
        if let twice = origins.first(where: { !seen.insert($0).inserted }) {
            throw DataError(
                .irregularTimes, "\(path): the origin \(TimeText.stamp(twice)) stands there twice; keep one.")
        }
    }

    private mutating func readArchive(_ bytes: [UInt8]) throws {
        let archive = try ZipArchive(bytes, file: path)
        func content(_ name: String) throws -> [UInt8]? {
            try archive.members.first { $0.name == name + ".npy" }.map { try archive.content($0) }
        }
        guard let numbers = try content("values"), let times = try content("origins") else {
            let names = archive.members.map { quoted($0.name) }.joined(separator: ", ")
            throw DataError(.missingColumn, "\(path): holds \(names); it needs the arrays \"values\" and \"origins\".")
        }
        let array = try NPYArray(numbers, file: "\(path), values")
        guard array.shape.count == 3 || array.shape.count == 4 else {
            throw DataError(.badFormat, "\(path), values: has shape \(array.shape); it should be [origins, H, N, C].")
        }
        (horizon, placeCount) = (array.shape[1], array.shape[2])
        channelCount = array.shape.count == 4 ? array.shape[3] : 1
        values = array.values
        switch try NPYLabels(times, file: "\(path), origins").values {
        case .seconds(let seconds): origins = seconds
        case .texts(let texts):
            for text in texts {
                guard let stamp = Timestamp(text), isAbsolute == nil || isAbsolute == stamp.isAbsolute else {
                    throw DataError(
                        .badTime, "\(path), origins: \(quoted(text)) is no time, or not written as those before.")
                }
                isAbsolute = stamp.isAbsolute
                origins.append(stamp.seconds)
            }
        }
        guard origins.count == array.shape[0] else {
            throw DataError(.badFormat, "\(path): \(origins.count) origins for values of shape \(array.shape).")
        }
        guard let names = try content("places") else { return }
        switch try NPYLabels(names, file: "\(path), places").values {
        case .texts(let texts): places = texts
        case .seconds(let numbers): places = numbers.map(String.init)
        }
        guard places.count == placeCount else {
            throw DataError(.badFormat, "\(path): \(places.count) places for values of shape \(array.shape).")
        }
    }

    /// Where each of the values of a CSV belongs; assembled when all rows are known.
    private struct Cell {
        var origin, step, place, channel, line: Int
        var value: Float
    }

    private mutating func readRows(_ bytes: [UInt8]) throws {
        var source = DataSource()
        source.format = .csvWide
        var rows = try CSVRows(bytes, file: path, source: source)
        let names = rows.header.names.map(CSVHeader.plain)
        func column(_ name: String) throws -> Int {
            if let index = names.firstIndex(of: name) { return index }
            throw DataError(
                .missingColumn,
                "\(path), line 1: there is no column \"\(name)\"; it needs origin, step, place and value.")
        }
        let (origin, step, place, value) = (
            try column("origin"), try column("step"), try column("place"), try column("value")
        )
        let channel = names.firstIndex(of: "channel")
        var originIndex: [Int64: Int] = [:], placeIndex: [String: Int] = [:], channelIndex: [String: Int] = [:]
        var cells: [Cell] = []
        var isCount = true
        func number(_ key: String, _ index: inout [String: Int], _ list: inout [String]) -> Int {
            if let known = index[key] { return known }
            index[key] = list.count
            list.append(key)
            return list.count - 1
        }
        while try rows.next() {
            let line = rows.record.line
            let seconds = try rows.stamp(origin)
            isCount = isCount && Int64(rows.scanner.text(rows.record.cells[origin])) != nil
            if originIndex[seconds] == nil {
                originIndex[seconds] = origins.count
                origins.append(seconds)
            }
            let text = rows.scanner.text(rows.record.cells[step])
            guard let ahead = Int(text), (1...100_000).contains(ahead) else {
                throw DataError(
                    .badNumber, "\(path), line \(line): the step \(quoted(text)) is none; the first step ahead is 1.")
            }
            horizon = max(horizon, ahead)
            let at = number(rows.scanner.text(rows.record.cells[place]), &placeIndex, &places)
            let which =
                channel.map { number(rows.scanner.text(rows.record.cells[$0]), &channelIndex, &channels) } ?? 0
            let found = try rows.scanner.bytes.withUnsafeBufferPointer { try rows.number(value, $0) }
            cells.append(
                Cell(
                    origin: originIndex[seconds] ?? 0, step: ahead - 1, place: at, channel: which, line: line,
                    value: found))
        }
        guard let first = cells.first else { throw DataError(.tooFewRows, "\(path): a header and no rows.") }
        isAbsolute = isCount ? nil : rows.isAbsolute
        (placeCount, channelCount) = (places.count, max(1, channels.count))
        let (size, overflow) = (horizon * placeCount * channelCount).multipliedReportingOverflow(by: origins.count)
        // Every number has a row, so that a file of a few rows cannot ask for a large array.
        guard !overflow, size <= 64 * cells.count else {
            throw DataError(
                .badFormat,
                "\(path), line \(first.line): \(cells.count) rows for \(origins.count) origins, \(horizon) steps and "
                    + "\(placeCount) places; every origin needs all of them.")
        }
        values = [Float](repeating: .nan, count: size)
        var isKnown = [Bool](repeating: false, count: size)
        for cell in cells {
            let index = ((cell.origin * horizon + cell.step) * placeCount + cell.place) * channelCount + cell.channel
            guard !isKnown[index] else {
                throw DataError(
                    .badFormat, "\(path), line \(cell.line): this origin, step and place stand there twice.")
            }
            isKnown[index] = true
            values[index] = cell.value
        }
    }
}
