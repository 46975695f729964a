import LimbeckSeries
import Testing

@testable import LimbeckData

/// Every record's cells as text.
private func records(_ text: String, delimiter: UInt8? = nil) throws -> [[String]] {
    var scanner = CSVScanner(Array(text.utf8), file: "t.csv", delimiter: delimiter)
    var record = CSVScanner.Record()
    var all: [[String]] = []
    while try scanner.next(into: &record) { all.append(record.cells.map(scanner.text)) }
    return all
}

private func reading(_ text: String, _ parser: CellParser = CellParser()) -> CellParser.Reading {
    Array(text.utf8).withUnsafeBufferPointer { parser.read($0[0..<$0.count]) }
}

@Suite struct CSVTests {
    @Test func `quotes, line ends, blanks and the byte-order mark follow RFC 4180`() throws {
        #expect(try records("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
        #expect(try records("\u{FEFF}a,b\r\n1,2\r\n\r\n") == [["a", "b"], ["1", "2"]])
        #expect(try records("a,b\r1,2") == [["a", "b"], ["1", "2"]])
        #expect(
            try records("\"a, b\",\"say \"\"hi\"\"\"\n\"x\ny\",") == [
                ["a, b", "say \"hi\""], ["x\ny", ""],
            ])
        #expect(try records(" a , \"b\" \n\n  \n1,2") == [["a", "b"], ["1", "2"]])
        #expect(try records(",\n,") == [["", ""], ["", ""]])
        #expect(try records("").isEmpty)
    }

    @Test func `the delimiter is the one the header uses`() throws {
        #expect(try records("a;b;c\n1,5;2;3")[1] == ["1,5", "2", "3"])
        #expect(try records("a\tb\n1\t2")[1] == ["1", "2"])
        #expect(try records("\"a;b;c\",d\n1,2")[1] == ["1", "2"])
        #expect(try records("a,b;c\n", delimiter: UInt8(ascii: ";")) == [["a,b", "c"]])
    }

    @Test func `line numbers count every line, quoted ones too`() throws {
        var scanner = CSVScanner(Array("h\r\n\r\n\"a\nb\"\nc".utf8), file: "t.csv")
        var record = CSVScanner.Record()
        var lines: [Int] = []
        while try scanner.next(into: &record) { lines.append(record.line) }
        #expect(lines == [1, 3, 5])
    }

    @Test func `an open quote is an error with its line`() {
        #expect {
            try records("a,b\n1,\"2\n3,4\n")
        } throws: { "\($0)".contains("t.csv, line 2") }
    }

    @Test(arguments: [
        ("0", 0), ("-12", -12), ("+7", 7), ("3.25", 3.25), (".5", 0.5), ("5.", 5), ("1e3", 1000),
        ("-2.5E-3", -0.0025), ("123456789012345678", 123_456_789_012_345_680), ("1e-40", 1e-40),
        ("0.1", 0.1), ("33554433", 33_554_433), ("0.000000000000000000000001", 1e-24),
    ])
    func `numbers are read as the standard library reads them`(text: String, value: Double) {
        #expect(reading(text) == .value(value))
    }

    @Test func `what is no number is missing, infinite or invalid`() {
        for text in ["", "NaN", "nan", "NA", "n/a", "null", "NULL", "None", "-", "?"] {
            #expect(reading(text) == .missing, "\(text)")
        }
        for text in ["inf", "-Infinity", "+INF", "1e39", "-1e400"] {
            #expect(reading(text) == .infinite, "\(text)")
        }
        for text in ["abc", "1.2.3", "1e", "0x10", "12 apples", "--5", "e5", ".", "1,5"] {
            #expect(reading(text) == .invalid, "\(text)")
        }
        let own = CellParser(missing: ["0", "offline"])
        #expect(reading("0.00", own) == .missing)
        #expect(reading("Offline", own) == .missing)
        #expect(reading("0.01", own) == .value(0.01))
        #expect(reading("1,5", CellParser(decimal: Byte.comma)) == .value(1.5))
    }

    @Test func `random numbers round-trip`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Float(bitPattern: .random(in: 0...UInt32.max, using: &generator))
            guard value.isFinite else { continue }
            guard case .value(let read) = reading("\(value)") else {
                Issue.record("\(value)")
                continue
            }
            #expect(Float(read) == value, "\(value)")
        }
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01", 0, false), ("1970-01-02T00:00", 86_400, false),
        ("2024-01-01 06:30", 1_704_090_600, false), ("2024-01-01T06:30:15", 1_704_090_615, false),
        ("2024-01-01T06:30:15.000", 1_704_090_615, false), ("2024-02-29", 1_709_164_800, false),
        ("20240229", 1_709_164_800, false), ("2024/03/01 00:00", 1_709_251_200, false),
        ("2024-01-01T06:30Z", 1_704_090_600, true), ("2024-01-01T06:30+13:00", 1_704_043_800, true),
        ("2024-01-01 06:30:00 -0330", 1_704_103_200, true), ("1704090600", 1_704_090_600, true),
        ("1704090600000", 1_704_090_600, true), ("1704090600.0", 1_704_090_600, true),
        ("2023-12-31T24:00", 1_704_067_200, false), ("2024-01-01T06", 1_704_088_800, false),
        ("20240101T063015Z", 1_704_090_615, true),
    ])
    func `moments are read exactly`(text: String, seconds: Int, isAbsolute: Bool) {
        #expect(Timestamp(text) == Timestamp(seconds: Int64(seconds), isAbsolute: isAbsolute))
    }

    @Test(arguments: [
        "", "yesterday", "2024-13-01", "2024-02-30", "2023-02-29", "2024-01-01T25:00", "1/2/2024",
        "2024-01-01T06:60", "2024-01-01T24:01", "2024-01-01X06:00", "2024-01-01T06:00+99:00",
        "2024-01-01T06:00Zzz", "2024-1-1", "2024-01/01", "12:30", "123456789012345678901234",
        "2024-01-01T06:30:", "2024-01-01T06:30:15.",
    ])
    func `what is no moment is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `stamps read back as they were written`() {
        for seconds in stride(from: Int64(-4_000_000_000), to: 8_000_000_000, by: 9_999_991) {
            #expect(Timestamp(TimeText.stamp(seconds))?.seconds == seconds)
        }
    }

    @Test func `durations have units`() {
        #expect(TimeText.duration("5min") == 300)
        #expect(TimeText.duration("1 h") == 3600)
        #expect(TimeText.duration("90") == 90)
        #expect(TimeText.duration("2w") == 1_209_600)
        for text in ["", "h", "-5min", "0s", "5 lightyears", "99999999999999999999d", "999999w"] {
            #expect(TimeText.duration(text) == nil, "\(text)")
        }
        for seconds in [Int64(1), 90, 300, 3600, 5400, 86_400, 604_800] {
            #expect(TimeText.duration(TimeText.duration(seconds)) == seconds)
        }
    }

    @Test func `a zone knows its changes to the second`() throws {
        let zone = try Zone("Pacific/Auckland")
        let start = Timestamp("2024-01-01T00:00Z")?.seconds ?? 0
        let changes = zone.changes(in: start...start + 366 * 86_400)
        #expect(
            changes.map { TimeText.stamp($0.instant) } == ["2024-04-06T14:00", "2024-09-28T14:00"])
        #expect(changes.map(\.before) == [46_800, 43_200])
        #expect(
            changes.map { TimeText.stamp($0.window.lowerBound) } == [
                "2024-04-07T02:00", "2024-09-29T02:00",
            ])
        #expect(throws: DataError.self) { try Zone("Pacific/Aukland") }
    }
}
