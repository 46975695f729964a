import Testing

@testable import LimbeckData

/// A file whose headers claim what its bytes do not hold, and what the error says.
struct ParquetLie: Sendable, CustomTestStringConvertible {
    var what: String
    var says: String
    var file: ParquetBuilder
    var testDescription: String { what }

    init(_ what: String, says: String, _ change: (inout ParquetBuilder) -> Void) {
        (self.what, self.says, file) = (what, says, ParquetLiesTests.sound)
        change(&file)
    }
}

@Suite struct ParquetLiesTests {
    static let doubles = [1.5, -2, 3].flatMap { (value: Double) in
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }

    static var sound: ParquetBuilder {
        var file = ParquetBuilder()
        file.pages = [ParquetBuilder.page(doubles, count: 3)]
        return file
    }

    private static func whole(_ differences: [UInt8], count: Int = 3) -> [[UInt8]] {
        [ParquetBuilder.page(differences, count: count, encoding: 5)]
    }

    static let lies = [
        ParquetLie("rows beyond every file", says: "announces 1,099,511,627,776 rows") {
            ($0.rows, $0.pages) = (1 << 40, [])
        },
        ParquetLie("negative rows", says: "a row group has -3 rows") { $0.rows = -3 },
        ParquetLie("rows that its groups do not have", says: "announces 3 rows, and its row groups 2") {
            $0.groupRows = 2
        },
        ParquetLie("more values than rows", says: "it has 4 values for 3 rows") { $0.valueCount = 4 },
        ParquetLie("a page of more rows than the column", says: "hold more than its 3 rows") {
            $0.pages = [ParquetBuilder.page(doubles, count: Int(Int32.max))]
        },
        ParquetLie("a page of fewer rows than the column", says: "2 of its 5 rows are not there") { $0.rows = 5 },
        ParquetLie("a page too many", says: "hold more than its 3 rows") { $0.pages += $0.pages },
        ParquetLie("rows without bytes", says: "is not of 100000 values") {
            ($0.rows, $0.pages) = (100_000, [ParquetBuilder.page(doubles, count: 100_000)])
        },
        ParquetLie("a column outside the file", says: "its values lie outside the file") { $0.chunkSize = 1 << 40 },
        ParquetLie("a column that ends beyond numbers", says: "its values lie outside the file") {
            ($0.chunkSize, $0.offset) = (Int.max, Int.max)
        },
        ParquetLie("a column before the file", says: "its values lie outside the file") { $0.offset = -40 },
        ParquetLie("a column cut", says: "bytes are announced where") { $0.chunkSize = 30 },
        ParquetLie("Snappy of a gigabyte", says: "is too short for 1073741824 bytes") {
            $0.codec = 1
            $0.pages = [
                ParquetBuilder.page(ParquetBuilder.varint(1 << 30) + doubles, count: 3, size: 1 << 30)
            ]
        },
        ParquetLie("gzip that is none", says: "its gzip data is damaged") {
            $0.codec = 2
            $0.pages = [ParquetBuilder.page([0x1F, 0x8B] + doubles, count: 3, size: 1 << 30)]
        },
        ParquetLie("uncompressed of another size", says: "not of the size announced") {
            $0.pages = [ParquetBuilder.page(doubles, count: 3, size: 1 << 30)]
        },
        ParquetLie("an entry that the dictionary lacks", says: "entry 3 of a dictionary of 3") {
            $0.pages = [
                ParquetBuilder.page(doubles, count: 3, isDictionary: true),
                ParquetBuilder.page([2, 6, 3], count: 3, encoding: 8),
            ]
        },
        ParquetLie("no dictionary", says: "entry 0 of a dictionary of 0") {
            $0.pages = [ParquetBuilder.page([0, 6], count: 3, encoding: 8)]
        },
        ParquetLie("a dictionary of more entries than bytes", says: "is not of 2147483647 values") {
            $0.pages.insert(ParquetBuilder.page(doubles, count: Int(Int32.max), isDictionary: true), at: 0)
        },
        ParquetLie("indexes of 33 bits", says: "33 bits are impossible") {
            $0.pages = [ParquetBuilder.page([33, 6, 0], count: 3, encoding: 8)]
        },
        ParquetLie("differences in blocks of nothing", says: "in 0 parts is impossible") {
            ($0.type, $0.pages) = (2, whole([0, 0, 3, 0]))
        },
        ParquetLie("more differences than values", says: "4 differences are announced for 3 values") {
            ($0.type, $0.pages) = (2, whole([128, 1, 4, 4, 0]))
        },
        ParquetLie("differences of 65 bits", says: "65 bits are impossible") {
            ($0.type, $0.pages) = (2, whole([128, 1, 4, 3, 0, 0, 65, 0, 0, 0]))
        },
        ParquetLie("differences for doubles", says: "is written in encoding delta for its type") {
            $0.pages = whole([128, 1, 4, 3, 0, 0, 0, 0, 0, 0])
        },
        ParquetLie("a text longer than its page", says: "4294967295 bytes are announced where") {
            ($0.type, $0.pages) = (6, [ParquetBuilder.page([255, 255, 255, 255, 65], count: 3)])
        },
        ParquetLie("a text of negative length", says: "a text has a length of -1") {
            ($0.type, $0.rows) = (6, 1)
            $0.pages = [ParquetBuilder.page([128, 1, 4, 1, 1], count: 1, encoding: 6)]
        },
        ParquetLie("a text that continues none", says: "continues one that is too short") {
            ($0.type, $0.rows) = (6, 1)
            $0.pages = [ParquetBuilder.page([128, 1, 4, 1, 10, 128, 1, 4, 1, 0], count: 1, encoding: 7)]
        },
        ParquetLie("levels longer than their page", says: "bytes are announced where") {
            $0.isOptional = true
            $0.pages = [ParquetBuilder.page([255, 255, 255, 0] + doubles, count: 3)]
        },
        ParquetLie("an unknown encoding", says: "is written in encoding 77, which is not known") {
            $0.pages = [ParquetBuilder.page(doubles, count: 3, encoding: 77)]
        },
        ParquetLie("a list without room", says: "has no room") {
            $0.extra = [9, 100, 0xFC] + ParquetBuilder.varint(1 << 30)
        },
        ParquetLie("structures without end", says: "nested too deeply") {
            $0.extra = [UInt8](repeating: 0x1C, count: 100_000)
        },
        ParquetLie("lists without end", says: "nested too deeply") {
            $0.extra = [9, 100] + [UInt8](repeating: 0x19, count: 100_000)
        },
    ]

    private func read(_ file: ParquetBuilder) throws -> ParquetColumn {
        try ParquetFile(file.bytes, file: "f.parquet").column(named: "x")
    }

    @Test func `a sound file is read, with fields of all types beside`() throws {
        var file = Self.sound
        // 100: flags, a byte, a double, a list of flags, a set of numbers, a map of texts to numbers.
        file.extra =
            [1, 100, 3, 102, 7, 7, 104] + Self.doubles[..<8] + [9, 106, 0x31, 1, 2, 1, 10, 108, 0x25, 4, 6]
            + [11, 110, 1, 0x86, 1, 65, 8]
        #expect(try read(file).values == .doubles([1.5, -2, 3]))
        file.pages = [
            ParquetBuilder.page(Self.doubles, count: 3, isDictionary: true),
            ParquetBuilder.page([2, 4, 2, 2, 0], count: 3, encoding: 2),
        ]
        #expect(try read(file).values == .doubles([3, 3, 1.5]))
        file = ParquetBuilder(type: 2)
        file.pages = Self.whole([8, 1, 3, 10, 3, 1, 0b10])
        #expect(try read(file).values == .integers([5, 3, 2]))
    }

    @Test func `rows that are all null take one run`() throws {
        var file = ParquetBuilder(isOptional: true, rows: 200_000)
        let run = ParquetBuilder.varint(400_000) + [0]
        file.pages = [ParquetBuilder.page([UInt8(run.count), 0, 0, 0] + run, count: 200_000)]
        #expect(try read(file).nullCount == 200_000)
    }

    @Test(arguments: lies)
    func `a lie is an error that says what is wrong`(lie: ParquetLie) {
        let error = #expect(throws: DataError.self) { try read(lie.file) }
        #expect(error?.message.contains(lie.says) == true, "\(String(describing: error))")
        #expect(error?.message.contains("f.parquet") == true)
    }
}
