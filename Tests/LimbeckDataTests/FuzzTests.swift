import CZlib
import Foundation
import LimbeckSeries
import Testing

@testable import LimbeckData

/// SplitMix64, so that a failing mutation can be found again by its seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Bytes with a few of them flipped, removed, doubled or replaced by ones that mean something.
func mutated(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    let telling = Array("\",;\t\n\r-+:TZ.eE0919\u{0}\u{FF}".utf8)
    var bytes = bytes
    let count = Bool.random(using: &generator) ? 1 : Int.random(in: 2...6, using: &generator)
    for _ in 0..<count {
        guard !bytes.isEmpty else { break }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = telling.randomElement(using: &generator) ?? 0
        case 2: bytes.insert(telling.randomElement(using: &generator) ?? 0, at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeLast(bytes.count - place)
        default:
            let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        }
    }
    return bytes
}

@Suite struct FuzzTests {
    /// Reads `mutations` variants of `bytes`; nothing but a series or a `DataError` may come out.
    private func survive(
        _ bytes: [UInt8], _ mutations: Int, seed: UInt64, _ read: ([UInt8]) throws -> Void
    ) -> (read: Int, refused: Int) {
        var generator = Seeded(state: seed)
        var outcome = (read: 0, refused: 0)
        for _ in 0..<mutations {
            do {
                try read(mutated(bytes, &generator))
                outcome.read += 1
            } catch {
                #expect(error is DataError, "\(error)")
                outcome.refused += 1
            }
        }
        return outcome
    }

    private func check(_ loaded: LoadedSeries) {
        let series = loaded.series
        for index in series.values.indices {
            #expect(series.observed[index] == series.values[index].isFinite)
        }
        #expect(!loaded.quality.description.isEmpty)
    }

    @Test func `no wide CSV traps`() {
        var text = "time,\"a, x\",b\n"
        for hour in 0..<30 {
            text += "2024-04-0\(6 + hour / 12)T\(10 + hour % 12):00Z,\(hour),-1.5e2\n"
        }
        var source = DataSource()
        source.zone = "Pacific/Auckland"
        let outcome = survive(Array(text.utf8), 3000, seed: 1) {
            check(try CSVWideReader().read($0, file: "f.csv", source: source))
        }
        // Both ways must have been taken, or the test tests nothing.
        #expect(outcome.read > 100 && outcome.refused > 100, "\(outcome)")
    }

    @Test func `no long CSV traps`() {
        var text = "time;place;lat;lon;v\n"
        for row in 0..<40 {
            text += "2024-04-07 0\(row / 8):00;p\(row % 8);\(row % 8),5;1;\(row)\n"
        }
        var source = DataSource()
        source.zone = "Pacific/Auckland"
        source.value = "v"
        let outcome = survive(Array(text.utf8), 3000, seed: 2) {
            check(try CSVLongReader().read($0, file: "f.csv", source: source))
        }
        #expect(outcome.read > 100 && outcome.refused > 100, "\(outcome)")
    }

    @Test(arguments: TimeFormat.allCases)
    func `no encoding, no time in numbers or several columns, and no decimal mark traps`(format: TimeFormat) {
        let numbers = ["45292", "1704067200", "2024010100", "1960", "7", "1704067200000", "45292.25", "-5"]
        var text = "sep=;\ndate;hour;a;b\n"
        for row in 0..<24 { text += "\(numbers[row % 8]);\(row);1.0\(row);12.618,5\n" }
        var utf16: [UInt8] = [0xFF, 0xFE]
        for unit in text.utf16 { utf16 += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        var civil = "date;hour;a;b\n"
        for row in 0..<24 { civil += "2024-04-07;\(row % 12 / 2);1.0\(row % 10)\(row % 10);30,\(row)\n" }
        for (index, bytes) in [Array(text.utf8), utf16, Array(civil.utf8), Array(civil.utf8)].enumerated() {
            var source = DataSource()
            source.path = "f.csv"
            source.timeFormat = format
            source.zone = "Pacific/Auckland"
            source.start = "2024-01-01"
            source.step = "1h"
            source.time = index == 2 ? "date,hour" : ""
            source.header = index == 3 ? .none : .auto
            source.filter = index == 1 ? ["hour = 3"] : []
            let outcome = survive(bytes, 400, seed: UInt64(index)) { check(try source.read($0)) }
            #expect(outcome.read + outcome.refused == 400)
        }
    }

    @Test func `no labelled intervals trap`() {
        let series = Series(
            name: "s", times: TimeGrid(start: 1_704_067_200, step: 3600, count: 48, clock: .local),
            places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "v")],
            values: [Float](repeating: 1, count: 96))
        var text = "place,start,end,kind\n"
        for row in 0..<20 {
            text += "\(row % 2 == 0 ? "a" : "b"),2024-01-01T\(10 + row % 10):00,2024-01-02T0\(row % 10):30,stuck\n"
        }
        let outcome = survive(Array(text.utf8), 3000, seed: 9) { bytes in
            let found = try AnomalyFile.parse(bytes, file: "f.csv", of: series)
            for one in found.anomalies {
                #expect(!one.steps.isEmpty && one.steps.lowerBound >= 0 && one.steps.upperBound <= 48)
            }
        }
        #expect(outcome.read > 100 && outcome.refused > 100, "\(outcome)")
    }

    @Test func `no coordinates and no graph trap`() {
        let places = ["a", "b", "c"].map { Place(id: $0) }
        for (seed, text) in [
            "from,to,cost\na,b,1\nb,c,2.5\nc,a,1e2\n", "1,0,0.5\n0,1,0\n0.25,0,1\n",
            ",a,b,c\na,1,0,0\nb,0,1,0\nc,0,0,1\n",
        ].enumerated() {
            let outcome = survive(Array(text.utf8), 2000, seed: UInt64(seed)) {
                _ = try AdjacencyFile.parse($0, file: "g.csv", places: places).dense
            }
            #expect(outcome.read > 50 && outcome.refused > 50, "\(outcome)")
        }
        let outcome = survive(Array("id,lat,lon\na,1,2\nb,-3.5,4\n".utf8), 2000, seed: 9) {
            _ = try CoordinatesFile.parse($0, file: "c.csv", wanted: ["a"])
        }
        #expect(outcome.read > 50 && outcome.refused > 50, "\(outcome)")
    }

    @Test func `no NumPy file traps`() throws {
        var source = DataSource()
        source.start = "2024-01-01"
        source.step = "5min"
        for (seed, text) in [
            NumPyFile.float32, NumPyFile.fortran, NumPyFile.archive, NumPyFile.compressed,
        ].enumerated() {
            let bytes = try NumPyFile.bytes(text)
            let reader: any SeriesReader = seed < 2 ? NPYReader() : NPZReader()
            let outcome = survive(bytes, 2000, seed: UInt64(seed)) {
                check(try reader.read($0, file: "f.npy", source: source))
            }
            #expect(outcome.refused > 100)
        }
    }

    @Test func `no gzip traps`() throws {
        let text = Array(String(repeating: "2024-01-01,1,2,3\n", count: 50).utf8)
        var packed = [UInt8](repeating: 0, count: 2000)
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        #expect(
            deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
                == Z_OK)
        var input = text
        input.withUnsafeMutableBufferPointer { input in
            packed.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
        }
        packed.removeLast(Int(stream.avail_out))
        deflateEnd(&stream)
        func unpack(_ bytes: [UInt8]) throws -> [UInt8] {
            try bytes.withUnsafeBytes { try Gzip.gunzip($0, file: "f.gz") }
        }
        #expect(try unpack(packed) == text)
        #expect(try unpack(packed + packed) == text + text)
        #expect { try unpack(packed.dropLast(20)) } throws: {
            ($0 as? DataError)?.code == .truncated
        }
        let outcome = survive(packed, 3000, seed: 5) { _ = try unpack($0) }
        #expect(outcome.refused > 1000)
    }

    @Test func `no timestamp or number traps`() {
        var generator = Seeded(state: 3)
        for seed in ["2024-02-29T23:59:60.5+13:45", "1704067200123", "20240101T000000Z"] {
            for _ in 0..<3000 {
                let bytes = mutated(Array(seed.utf8), &generator)
                bytes.withUnsafeBufferPointer {
                    _ = Timestamp($0)
                    _ = CellParser(decimal: Byte.comma, thousands: Byte.point).number($0)
                    _ = CellParser().read($0[0..<$0.count])
                }
                _ = TimeText.duration(String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
