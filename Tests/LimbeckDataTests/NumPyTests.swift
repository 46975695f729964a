import Foundation
import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Files written by NumPy 2.4.6:
///
///     a = np.arange(6, dtype="<f4").reshape(3, 2) / 2            → float32
///     np.asfortranarray(np.arange(12, dtype="<i8").reshape(3, 2, 2)) → fortran
///     np.savez(f, data=a, other=np.zeros(2))                     → archive
///     np.savez_compressed(f, flow=np.arange(4, dtype="<f8").reshape(2, 2)) → compressed
enum NumPyFile {
    static let float32 = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIp\
        LCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA\
        AAAAPwAAgD8AAMA/AAAAQAAAIEA=
        """
    static let fortran = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMywgMiwg\
        MiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA\
        AAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAAAAAAYAAAAAAAAACgAAAAAAAAABAAAAAAAAAAUAAAAAAAAACQAAAAAA\
        AAADAAAAAAAAAAcAAAAAAAAACwAAAAAAAAA=
        """
    static let archive = """
        UEsDBC0AAAAAAAAAIQCI4yzh//////////8IABQAZGF0YS5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEA\
        dgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCAyKSwgfSAgICAg\
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAD8AAIA/\
        AADAPwAAAEAAACBAUEsDBC0AAAAAAAAAIQBumbIo//////////8JABQAb3RoZXIubnB5AQAQAJAAAAAAAAAAkAAA\
        AAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAo\
        MiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\
        CgAAAAAAAAAAAAAAAAAAAABQSwECLQMtAAAAAAAAACEAiOMs4ZgAAACYAAAACAAAAAAAAAAAAAAAgAEAAAAAZGF0\
        YS5ucHlQSwECLQMtAAAAAAAAACEAbpmyKJAAAACQAAAACQAAAAAAAAAAAAAAgAHSAAAAb3RoZXIubnB5UEsFBgAA\
        AAACAAIAbQAAAJ0BAAAAAA==
        """
    static let compressed = """
        UEsDBC0AAAAIAAAAIQCjIIiE//////////8IABQAZmxvdy5ucHkBABAAoAAAAAAAAABRAAAAAAAAAJvsF+obEMnI\
        UMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgYU8MEe\
        ynCAUBwOAFBLAQItAy0AAAAIAAAAIQCjIIiEUQAAAKAAAAAIAAAAAAAAAAAAAACAAQAAAABmbG93Lm5weVBLBQYA\
        AAAAAQABADYAAACLAAAAAAA=
        """

    static func bytes(_ text: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: text)))
    }
}

@Suite struct NumPyTests {
    private var source: DataSource {
        var source = DataSource()
        source.start = "2024-01-01T00:00"
        source.step = "1h"
        return source
    }

    private func load(_ text: String, _ change: (inout DataSource) -> Void = { _ in }) throws
        -> LoadedSeries
    {
        try withFolder { folder in
            var source = source
            source.path = folder + "/array.bin"
            change(&source)
            try AtomicFile.write(source.path, bytes: NumPyFile.bytes(text))
            return try source.load()
        }
    }

    @Test func `an array is times by places`() throws {
        let series = try load(NumPyFile.float32) { $0.missing = ["1.5"] }.series
        #expect(cells(series) == [0, 0.5, 1, nil, 2, 2.5])
        #expect(series.times == TimeGrid(start: 1_704_067_200, step: 3600, count: 3, clock: .local))
        #expect(series.places.map(\.id) == ["0", "1"])
    }

    @Test func `Fortran order is turned round`() throws {
        let series = try load(NumPyFile.fortran).series
        #expect(series.channelCount == 2)
        #expect(series.values == (0..<12).map(Float.init))
    }

    @Test func `an archive gives the named, the only or the data array`() throws {
        #expect(try load(NumPyFile.archive).series.values == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(try load(NumPyFile.archive) { $0.value = "other" }.series.values == [0, 0])
        #expect(try load(NumPyFile.compressed).series.values == [0, 1, 2, 3])
        #expect { try load(NumPyFile.archive) { $0.value = "flow" } } throws: {
            "\($0)".contains("\"flow\"") && "\($0)".contains("\"data\", \"other\"")
        }
    }

    @Test func `places take their ids from the coordinates, in order`() throws {
        try withFolder { folder in
            let path = folder + "/where.csv"
            try AtomicFile.write(path, text: "sensor_id,lat,lon\nnorth,1,2\nsouth,3,4\n")
            let series = try load(NumPyFile.float32) { $0.coordinates = path }.series
            #expect(series.places.map(\.id) == ["north", "south"])
            #expect(series.places[1].coordinate == Coordinate(latitude: 3, longitude: 4))
        }
    }

    @Test func `damage is told from absence`() throws {
        let whole = try NumPyFile.bytes(NumPyFile.float32)
        #expect { try NPYArray(whole.dropLast(3) + [], file: "a.npy") } throws: {
            ($0 as? DataError)?.code == .truncated && "\($0)".contains("needs 24 bytes, 21")
        }
        var archive = try NumPyFile.bytes(NumPyFile.archive)
        archive[190] ^= 1
        #expect {
            let zip = try ZipArchive(archive, file: "a.npz")
            _ = try zip.content(zip.members[0])
        } throws: { "\($0)".contains("checksum") }
        var infinite = whole
        infinite.replaceSubrange((whole.count - 4)..., with: [0, 0, 0x80, 0x7F])
        #expect { try NPYArray(infinite, file: "a.npy") } throws: { "\($0)".contains("[2, 1]") }
        let text = String(decoding: whole.prefix(128), as: Unicode.ASCII.self)
        #expect(text.contains("<f4"))
        var wide = whole
        wide[whole.firstIndex(of: UInt8(ascii: "<")) ?? 0] = UInt8(ascii: ">")
        #expect { try NPYArray(wide, file: "a.npy") } throws: { "\($0)".contains("astype") }
        #expect { try load(NumPyFile.float32) { $0.step = "" } } throws: {
            "\($0)".contains("data.step")
        }
    }
}
