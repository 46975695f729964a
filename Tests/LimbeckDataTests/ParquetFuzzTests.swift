import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Any bytes give columns or an error. A trap ends the test process, so finishing is the proof.
@Suite struct ParquetFuzzTests {
    /// Changes in the pages, in the first headers or in the footer, mostly without moving what follows.
    private func changed(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
        if Int.random(in: 0..<8, using: &generator) == 0 { return mutated(bytes, &generator) }
        let footer = (5...8).reduce(0) { $0 << 8 | Int(bytes[bytes.count - $1]) } + 8
        let part =
            [0..<bytes.count, 4..<min(120, bytes.count), bytes.count - footer..<bytes.count]
            .randomElement(using: &generator) ?? 0..<1
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: part, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 2: bytes[place] &+= UInt8.random(in: 0...1, using: &generator) == 0 ? 1 : 255
            default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return bytes
    }

    private func survive(
        _ file: String, _ mutations: Int, _ read: ([UInt8]) throws -> Void
    ) throws -> (read: Int, refused: Int) {
        let bytes = try ParquetFixtures.bytes(file)
        var generator = Seeded(state: file.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var outcome = (read: 0, refused: 0)
        for _ in 0..<mutations {
            do {
                try read(changed(bytes, &generator))
                outcome.read += 1
            } catch {
                #expect(error is DataError, "\(error)")
                outcome.refused += 1
            }
        }
        return outcome
    }

    @Test(arguments: ParquetFixtures.files)
    func `no column of a changed file traps`(file: String) throws {
        let outcome = try survive(file, 1000) { bytes in
            let table = try ParquetFile(bytes, file: "f")
            var refusal: (any Error)?
            for name in table.names {
                do {
                    let column = try table.column(named: name)
                    #expect(column.isPresent.isEmpty || column.isPresent.count == table.rowCount)
                    #expect(column.valueCount == table.rowCount)
                } catch {
                    refusal = error
                }
            }
            if let refusal { throw refusal }
        }
        // Both ways must have been taken, or the test tests nothing.
        #expect(outcome.read > 20 && outcome.refused > 100, "\(outcome)")
    }

    @Test(arguments: ["wide.parquet", "long.parquet"])
    func `no series of a changed file traps`(file: String) throws {
        let outcome = try survive(file, 2000) { bytes in
            let series = try ParquetReader().read(bytes, file: "f", source: DataSource()).series
            for index in series.values.indices { #expect(series.observed[index] == series.values[index].isFinite) }
        }
        #expect(outcome.read > 100 && outcome.refused > 100, "\(outcome)")
    }

    @Test(arguments: ["moments", "utc", "texts", "seconds"])
    func `no forecasts of a changed file trap`(kind: String) throws {
        try withFolder { folder in
            let outcome = try survive("forecasts-\(kind).parquet", 1000) { bytes in
                try AtomicFile.write(folder + "/f", bytes: bytes)
                _ = try ForecastFile(path: folder + "/f")
            }
            #expect(outcome.read > 100 && outcome.refused > 100, "\(outcome)")
        }
    }
}

extension ParquetColumn {
    /// As many as rows, or something was skipped.
    var valueCount: Int {
        switch values {
        case .booleans(let values): values.count
        case .integers(let values): values.count
        case .floats(let values): values.count
        case .doubles(let values): values.count
        case .moments(let values, _, _): values.count
        case .texts(let texts, let codes):
            codes.allSatisfy { $0 == 0 || texts.indices.contains(Int($0)) } ? codes.count : -1
        }
    }
}
