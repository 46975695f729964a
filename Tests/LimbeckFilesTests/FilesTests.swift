import Foundation
import Testing

@testable import LimbeckFiles

/// A folder of its own for one test, removed afterwards.
func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = NSTemporaryDirectory() + "limbeck-files-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

@Suite struct FilesTests {
    @Test func `the checksum agrees with published vectors`() {
        #expect(CRC32C.checksum(of: "123456789") == 0xE306_9283)
        #expect(CRC32C.checksum(of: "") == 0)
        // RFC 3720, B.4.
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(of: [UInt8](0..<32)) == 0x46DD_794E)
    }

    @Test func `a checksum does not depend on how its bytes arrive`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) }
        let whole = CRC32C.checksum(of: bytes)
        for cut in [0, 1, 3, 8, 13, 500, 999, 1000] {
            var crc = CRC32C()
            bytes[..<cut].withUnsafeBytes { crc.update($0) }
            bytes[cut...].withUnsafeBytes { crc.update($0) }
            #expect(crc.value == whole)
        }
    }

    @Test func `what is written is what is read`() throws {
        try withFolder { folder in
            let path = folder + "/values.bin"
            let values = (0..<200_000).map(Float.init)
            try AtomicFile.write(path) { file in
                try file.write("head")
                try file.write(values)
                #expect(file.count == 4 + 800_000)
            }
            let file = try MappedFile(path: path)
            #expect(file.count == 800_004)
            file.withBytes { bytes in
                #expect(Array(bytes.prefix(4)) == Array("head".utf8))
                #expect(
                    (0..<200_000).allSatisfy {
                        bytes.loadUnaligned(fromByteOffset: 4 + 4 * $0, as: Float.self) == Float($0)
                    })
            }
            #expect(try FileBytes.read(path).count == 800_004)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["values.bin"])
        }
    }

    @Test func `a failed write leaves the old file and nothing else`() throws {
        struct Stop: Error {}
        try withFolder { folder in
            let path = folder + "/kept.txt"
            try AtomicFile.write(path, text: "old")
            #expect(throws: Stop.self) {
                try AtomicFile.write(path) { file in
                    try file.write("half of the n")
                    throw Stop()
                }
            }
            #expect(try FileBytes.read(path) == Array("old".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["kept.txt"])
        }
    }

    @Test func `errors name the path and what to do`() throws {
        try withFolder { folder in
            let absent = folder + "/absent/file.csv"
            for attempt in [
                { _ = try MappedFile(path: absent) }, { _ = try FileBytes.read(absent) },
                { try AtomicFile.write(absent, text: "x") },
            ] as [() throws -> Void] {
                #expect {
                    try attempt()
                } throws: { error in
                    (error as? FileError)?.code == .notFound && "\(error)".contains(absent)
                }
            }
            #expect {
                try MappedFile(path: folder)
            } throws: { ($0 as? FileError)?.code == .unreadable }
        }
    }

    @Test func `a full disk and a forbidden folder are told apart`() {
        let full = systemError("write", "runs/student.limbeck", ENOSPC)
        #expect(full.code == .diskFull)
        #expect(full.message.contains("runs/student.limbeck") && full.message.contains("free some"))
        let forbidden = systemError("create", "runs/student.limbeck", EACCES)
        #expect(forbidden.code == .unwritable)
        #expect(forbidden.message.contains("permissions"))
    }
    #if os(Linux)
        @Test func `a full disk is said to be full`() {
            let error = #expect(throws: FileError.self) {
                try AppendFile("/dev/full").append(Array("x".utf8))
            }
            #expect(error?.code == .diskFull)
            #expect(error?.message.contains("/dev/full") == true)
        }
    #endif
}
