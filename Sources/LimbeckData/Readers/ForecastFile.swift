import LimbeckFiles
import LimbeckSeries

/// Forecasts that another tool made, in original units.
///
/// NPZ: `values [origins, H, N, C]` (or `[origins, H, N]`), `origins` (seconds, `datetime64` or ISO text)
/// and maybe `places`. CSV and Parquet: a row a number, columns `origin`, `step` (from 1), `place`, maybe
/// `channel`, and `value`. An origin is the time of the first step that is forecast.
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
        } else if bytes.starts(with: ParquetFile.magic) {
            try readTable(try ParquetFile(bytes, file: path))
        } else {
            try readRows(TextFile(bytes, file: path).bytes)
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
}
