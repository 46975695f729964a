import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Files compressed with xz and zstd, made by `xz` and `zstd` from `text`, and three million zeros.
private enum Compressed {
    static let text = "time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n"
    static let xz: [UInt8] = [
        253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 22, 0, 0, 0, 116, 47, 229,
        163, 224, 0, 45, 0, 32, 93, 0, 58, 26, 73, 250, 224, 157, 108, 16, 89, 76, 117, 13, 250,
        108, 94, 48, 148, 135, 224, 221, 167, 213, 187, 24, 3, 61, 44, 220, 186, 138, 0, 0, 0, 33,
        155, 124, 199, 173, 249, 191, 126, 0, 1, 60, 46, 27, 193, 163, 143, 31, 182, 243, 125, 1, 0,
        0, 0, 0, 4, 89, 90,
    ]
    static let zstd: [UInt8] = [
        40, 181, 47, 253, 36, 46, 21, 1, 0, 208, 116, 105, 109, 101, 44, 97, 10, 50, 48, 50, 52, 45,
        48, 49, 45, 48, 49, 44, 49, 50, 44, 50, 51, 44, 52, 10, 2, 0, 96, 143, 176, 205, 48, 118,
        138, 56, 177,
    ]
    static let zerosXZ: [UInt8] = [
        253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 22, 0, 0, 0, 116, 47, 229,
        163, 255, 255, 17, 1, 108, 93, 0, 0, 111, 253, 255, 255, 163, 183, 255, 71, 62, 72, 21, 114,
        57, 97, 81, 184, 146, 40, 230, 163, 134, 7, 249, 238, 228, 30, 130, 211, 47, 197, 58, 60, 1,
        75, 177, 126, 201, 138, 138, 77, 47, 163, 13, 217, 127, 166, 227, 140, 35, 17, 83, 224, 89,
        24, 197, 117, 138, 226, 119, 248, 182, 148, 127, 12, 106, 192, 222, 116, 73, 100, 226, 233,
        92, 83, 178, 4, 216, 247, 68, 12, 171, 95, 13, 109, 70, 233, 229, 195, 118, 136, 183, 150,
        87, 172, 182, 77, 225, 105, 29, 111, 251, 75, 136, 16, 108, 66, 203, 136, 63, 92, 0, 143,
        208, 78, 175, 38, 40, 148, 113, 31, 61, 143, 36, 225, 112, 158, 167, 35, 95, 236, 40, 203,
        133, 209, 149, 152, 138, 126, 42, 145, 242, 39, 117, 247, 25, 192, 6, 152, 77, 152, 253,
        216, 175, 213, 144, 15, 196, 37, 83, 248, 245, 145, 54, 49, 5, 165, 176, 238, 111, 193, 112,
        77, 71, 12, 209, 145, 17, 170, 173, 96, 29, 186, 206, 177, 39, 24, 92, 89, 134, 233, 102,
        82, 88, 190, 233, 118, 172, 89, 228, 229, 91, 5, 8, 249, 199, 218, 173, 252, 251, 82, 43,
        116, 205, 30, 91, 32, 66, 249, 221, 83, 61, 248, 41, 100, 9, 59, 128, 203, 42, 108, 223,
        181, 59, 240, 196, 189, 46, 95, 170, 15, 62, 75, 102, 66, 144, 19, 14, 255, 16, 147, 248,
        113, 120, 89, 248, 11, 205, 255, 149, 40, 70, 15, 169, 252, 124, 222, 251, 154, 48, 46, 86,
        192, 143, 133, 243, 131, 129, 192, 101, 196, 37, 83, 248, 245, 145, 54, 49, 5, 165, 176,
        238, 111, 193, 112, 77, 71, 12, 209, 145, 17, 170, 173, 96, 29, 186, 206, 177, 39, 24, 92,
        89, 134, 233, 102, 82, 88, 190, 233, 118, 172, 89, 228, 229, 91, 5, 8, 249, 199, 218, 173,
        252, 251, 82, 43, 116, 205, 30, 91, 32, 66, 249, 221, 83, 61, 248, 41, 100, 9, 59, 128, 203,
        42, 108, 223, 181, 59, 240, 196, 188, 72, 39, 230, 88, 141, 199, 173, 0, 132, 0, 236, 115,
        83, 167, 253, 190, 174, 124, 49, 26, 159, 183, 141, 49, 110, 112, 158, 167, 35, 95, 236, 40,
        203, 133, 209, 149, 152, 138, 126, 42, 145, 242, 39, 117, 247, 25, 192, 6, 152, 77, 152,
        253, 216, 175, 213, 144, 15, 196, 37, 83, 248, 245, 145, 54, 49, 5, 165, 176, 238, 111, 193,
        112, 77, 71, 12, 209, 145, 17, 170, 173, 96, 29, 186, 206, 177, 39, 24, 92, 89, 134, 233,
        102, 82, 88, 190, 233, 118, 172, 89, 228, 229, 91, 5, 8, 249, 199, 218, 173, 252, 251, 82,
        43, 116, 205, 30, 91, 32, 66, 249, 221, 83, 61, 248, 41, 100, 9, 59, 128, 203, 42, 108, 223,
        181, 59, 240, 196, 189, 20, 121, 45, 93, 0, 0, 0, 0, 159, 3, 153, 185, 200, 134, 253, 34, 0,
        1, 146, 4, 192, 141, 183, 1, 105, 171, 88, 37, 177, 196, 103, 251, 2, 0, 0, 0, 0, 4, 89, 90,
    ]
    static let zerosZstd: [UInt8] = [
        40, 181, 47, 253, 4, 88, 84, 0, 0, 16, 0, 0, 1, 0, 251, 255, 57, 192, 2, 2, 0, 16, 0, 2, 0,
        16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0,
        16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0,
        16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 2, 0, 16, 0, 3, 54, 14, 0, 3,
        201, 175, 214,
    ]
}

@Suite struct CompressionTests {
    private func load(_ bytes: [UInt8], limit: String = "4GB") throws -> LoadedSeries {
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/data.csv.z"
            source.limit = limit
            try AtomicFile.write(source.path, bytes: bytes)
            return try source.load()
        }
    }

    @Test(arguments: [Compressed.xz, Compressed.zstd, Compressed.xz + Compressed.xz.prefix(0)])
    func `xz and zstd are unfolded`(bytes: [UInt8]) throws {
        #expect(try cells(load(bytes).series) == [1, 2, 4])
    }

    @Test(arguments: [Compressed.xz, Compressed.zstd])
    func `a file that stops early or is damaged is an error`(bytes: [UInt8]) {
        for count in [7, bytes.count / 2, bytes.count - 1] {
            #expect { try load(Array(bytes.prefix(count))) } throws: { error in
                (error as? DataError)?.code == .truncated || (error as? DataError)?.code == .badFormat
            }
        }
        for index in bytes.indices.dropFirst(6) {
            var damaged = bytes
            damaged[index] ^= 0x40
            do { _ = try load(damaged) } catch { #expect(error is DataError, "byte \(index): \(error)") }
        }
    }

    @Test(arguments: [Compressed.zerosXZ, Compressed.zerosZstd])
    func `a file that unfolds without end is stopped at the limit`(bytes: [UInt8]) {
        #expect { try load(bytes, limit: "1MB") } throws: {
            "\($0)".contains("holds more than 1 MB") && "\($0)".contains("data.limit")
        }
        // All of it is read below the limit: zeros are no text.
        #expect { try load(bytes, limit: "4MB") } throws: { !"\($0)".contains("data.limit") }
    }

    @Test func `a plain file is held to the limit too, and a size has to be one`() throws {
        #expect { try load(Array(Compressed.text.utf8), limit: "20B") } throws: { "\($0)".contains("data.limit") }
        #expect(try cells(load(Array(Compressed.text.utf8), limit: "1kB").series) == [1, 2, 4])
        #expect { try load([1], limit: "much") } throws: { "\($0)".contains("500MB or 16GB") }
        #expect(ReadingLimit.bytes("2 GB") == 2_000_000_000 && ReadingLimit.bytes("1.5MiB") == 1_572_864)
        #expect(
            ReadingLimit.bytes("-1GB") == nil && ReadingLimit.bytes("1e30GB") == nil && ReadingLimit.bytes("7") == nil)
    }
}
