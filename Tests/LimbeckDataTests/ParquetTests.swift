import LimbeckFiles
import Testing

@testable import LimbeckData

@Suite struct ParquetTests {
    @Test(arguments: ParquetFixtures.files)
    func `values are those that PyArrow reads`(file: String) throws {
        let golden = try #require(ParquetFixtures.golden)
        let expected = golden.tables[try #require(golden.files[file])]
        let table = try ParquetFile(path: ParquetFixtures.path(file))
        #expect(table.names == expected.map(\.name))
        for column in expected {
            let found = try table.column(named: column.name)
            #expect(found.rowCount == table.rowCount)
            #expect(found.difference(column) == nil)
        }
    }

    /// Else the test above would pass without having read anything.
    @Test func `the files hold every encoding, codec and version of pages`() throws {
        #expect(ParquetFixtures.files.count == 25)
        var encodings: Set<Int> = [], codecs: Set<Int> = [], contents: Set<Int> = [], groups = 0, pages = 0
        for file in ParquetFixtures.files {
            let table = try ParquetFile(path: ParquetFixtures.path(file))
            groups = max(groups, table.metadata.rowGroups.count)
            for chunk in table.metadata.rowGroups.flatMap(\.chunks) where chunk.valueCount > 0 {
                codecs.insert(chunk.codec)
                try table.bytes[try #require(chunk.range)].withUnsafeBytes { bytes in
                    var cursor = ByteCursor(bytes), count = 0
                    while cursor.count > 0 {
                        let header = try ParquetPageHeader(&cursor)
                        _ = try cursor.take(header.packedSize)
                        encodings.insert(header.encoding)
                        contents.insert(header.content.rawValue)
                        count += 1
                    }
                    pages = max(pages, count)
                }
            }
        }
        #expect(encodings == [0, 2, 3, 5, 6, 7, 8, 9] && codecs == [0, 1, 2] && contents == [0, 2, 3])
        #expect(groups >= 3 && pages >= 8, "\(groups), \(pages)")
    }

    @Test func `what is not read is refused with what to do`() throws {
        let golden = try #require(ParquetFixtures.golden)
        #expect(golden.refused.count == 4)
        for (file, columns) in golden.refused {
            let table = try ParquetFile(path: ParquetFixtures.path(file))
            for (name, says) in columns {
                let error = #expect(throws: DataError.self) { try table.column(named: name) }
                #expect(error?.message.contains(says) == true, "\(String(describing: error))")
                #expect(error?.message.contains("\"\(name)\"") == true)
            }
        }
        let table = try ParquetFile(path: ParquetFixtures.path("nested.parquet"))
        #expect(table.nestedNames == ["list", "pair", "map"] && table.kind(of: "after") == .text)
        let error = #expect(throws: DataError.self) { try table.column(named: "befor") }
        #expect(error?.message.contains("it has \"before\", \"after\"") == true)
    }

    @Test func `a cut file says so, and one byte of a page with a checksum is found`() throws {
        let bytes = try ParquetFixtures.bytes("checksum-v1.parquet")
        let cut = #expect(throws: DataError.self) { try ParquetFile(Array(bytes.dropLast(100)), file: "f") }
        #expect(cut?.code == .truncated)
        let table = try ParquetFile(bytes, file: "f")
        let range = try #require(table.metadata.rowGroups[0].chunks[0].range)
        var changed = bytes
        changed[range.upperBound - 1] ^= 1
        let error = #expect(throws: DataError.self) { try ParquetFile(changed, file: "f").column(named: "double") }
        #expect(error?.message.contains("row group 1: a page's checksum is wrong") == true)
    }

    @Test func `Snappy by hand`() throws {
        func unpack(_ packed: [UInt8], _ size: Int) throws -> String {
            try packed.withUnsafeBytes { String(decoding: try Snappy.unpacked($0, size: size), as: UTF8.self) }
        }
        // "abcd", a copy of 4 from 4 back, of 6 from 2 back, of 3 from 8 back; then a literal of a long form.
        let packed: [UInt8] = [19, 12] + Array("abcd".utf8) + [1, 4, 9, 2, 10, 8, 0, 240, 1] + Array("xy".utf8)
        #expect(try unpack(packed, 19) == "abcdabcdcdcdcdcdcxy")
        for (bytes, size) in [
            (packed, 18), (Array(packed.dropLast()), 19), ([4, 0, 65, 1, 2], 4), ([4, 0, 65, 1, 0], 4),
            ([2, 4, 65], 2),
            ([2, 8, 65, 65, 65], 2), ([200, 1, 0, 65], 200), ([4, 0, 65], 4), ([], 4),
        ] as [([UInt8], Int)] {
            #expect(throws: ParquetDamage.self) { try unpack(bytes, size) }
        }
    }

    @Test func `runs and packed numbers by hand`() throws {
        func decode(_ bytes: [UInt8], _ width: Int, _ count: Int) throws -> [UInt32] {
            var output = [UInt32](repeating: 99, count: count)
            try output.withUnsafeMutableBufferPointer { output in
                try bytes.withUnsafeBytes { try ParquetRuns.decode($0, width: width, into: output) }
            }
            return output
        }
        // The specification's example: 0 to 7 in three bits.
        #expect(try decode([3, 0b1000_1000, 0b1100_0110, 0b1111_1010], 3, 8) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(try decode([8, 5, 3, 0b1000_1000, 0b1100_0110, 0b1111_1010], 3, 6) == [5, 5, 5, 5, 0, 1])
        // Padding may be missing, numbers may not.
        #expect(try decode([3, 0b1000_1000], 3, 2) == [0, 1])
        #expect(try decode([200, 1], 0, 100) == [UInt32](repeating: 0, count: 100))
        for (bytes, width, count) in [
            ([3, 0b1000_1000], 3, 3), ([0, 1], 3, 1), ([1], 3, 1), ([8, 9], 3, 4), ([8, 5], 3, 5), ([], 1, 1),
        ] as [([UInt8], Int, Int)] {
            #expect(throws: ParquetDamage.self) { try decode(bytes, width, count) }
        }
        for width in 1...64 {
            let values = (0..<20).map {
                UInt64(truncatingIfNeeded: $0 &* 0x9E37_79B9_7F4A_7C15) & UnsafeRawBufferPointer.mask(width)
            }
            var packed = [UInt8](repeating: 0, count: (20 * width + 7) / 8)
            for (index, value) in values.enumerated() {
                for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
                    packed[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
                }
            }
            let found = packed.withUnsafeBytes { bytes in
                (0..<20).map { bytes.packed($0, width: width, mask: UnsafeRawBufferPointer.mask(width)) }
            }
            #expect(found == values, "\(width)")
        }
    }
}
