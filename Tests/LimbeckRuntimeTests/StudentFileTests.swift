import Testing

@testable import LimbeckRuntime

@Suite struct StudentFileTests {
    @Test func `everything written is read back`() throws {
        let content = Students.complete
        let bytes = try StudentFile.encode(content)
        let student = try Student(bytes: bytes)
        #expect(student.shape == content.shape)
        #expect(student.program == content.program)
        #expect(student.scaler == content.scaler)
        #expect(student.windowing == content.windowing)
        #expect(student.names == content.names)
        #expect(student.anomalyThresholds == content.anomalyThresholds)
        #expect(student.card == content.card)
        #expect(student.card("licence") == "CC BY 4.0")
        #expect(student.card("none") == nil)
        #expect(student.anomalyThreshold(node: 1) == 2.5)
        #expect(student.parameterCount == content.weights.reduce(0) { $0 + $1.count })
        let decoded = try StudentFile.decode(bytes)
        #expect(decoded.weights == content.weights)
        #expect(try StudentFile.encode(decoded) == bytes)
    }

    @Test func `channels known ahead make a file of version 2, others stay of version 1`() throws {
        #expect(try StudentFile.encode(Students.complete)[8] == 1)
        var content = Students.ahead
        let bytes = try StudentFile.encode(content)
        #expect(bytes[8] == 2)
        #expect(try Student(bytes: bytes).shape == content.shape)
        #expect(try StudentFile.encode(StudentFile.decode(bytes)) == bytes)
        content.shape.targets = [1]
        let error = #expect(throws: StudentError.self) { try StudentFile.encode(content) }
        #expect(error?.message.contains("target channel") == true)
        content.shape.targets = [0]
        for future in [-1, content.shape.channels, 1 << 30] {
            content.shape.future = future
            #expect(throws: StudentError.self) { try StudentFile.encode(content) }
        }
    }

    @Test func `built, read and borrowed students give the same bits`() throws {
        let content = Students.complete
        let bytes = try StudentFile.encode(content)
        let built = try Student(content).predict(history: Students.history, at: Students.origin)
        let read = try Student(bytes: bytes)
            .predict(history: Students.history, at: Students.origin)
        #expect(built == read)
        #expect(built.repaired == 1)
        #expect(Set(built.values).count == 6, "distinct forecasts show that inputs matter")
        #expect(built.values.allSatisfy { $0.isFinite })

        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        let borrowed = try Student(borrowing: UnsafeRawBufferPointer(memory))
        #expect(
            try borrowed.predict(history: Students.history, at: Students.origin) == built)
    }

    @Test func `a checksum in two parts is that of the whole, wherever it is cut`() {
        let bytes = (0..<37).map { UInt8(truncatingIfNeeded: $0 * 37 + 5) }
        let crc = CRC32C()
        let whole = bytes.withUnsafeBytes { crc.checksum($0) }
        for cut in 0...bytes.count {
            let first = Array(bytes[..<cut]).withUnsafeBytes { crc.checksum($0) }
            #expect(Array(bytes[cut...]).withUnsafeBytes { crc.checksum($0, after: first) } == whole)
        }
    }

    @Test func `tables give the checksum that the processor gives, at any length and alignment`() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 101 + 7) }
        bytes.withUnsafeBytes { all in
            for start in 0..<9 {
                for count in 0..<100 {
                    let part = UnsafeRawBufferPointer(rebasing: all[start..<start + count])
                    #expect(~CRC32C.tabulated(part, ~UInt32(0)) == CRC32C().checksum(part))
                }
            }
        }
    }

    @Test func `the checksum is CRC-32C`() {
        // Check value of the catalogue of parametrised CRC algorithms, and RFC 3720 B.4.
        let crc = CRC32C()
        #expect(Array("123456789".utf8).withUnsafeBytes { crc.checksum($0) } == 0xe306_9283)
        #expect(
            [UInt8](repeating: 0, count: 32).withUnsafeBytes { crc.checksum($0) } == 0x8a91_36aa)
        #expect((0..<32).map { UInt8($0) }.withUnsafeBytes { crc.checksum($0) } == 0x46dd_794e)
    }

    @Test func `sections start on 64 bytes and tensors too`() throws {
        let bytes = try StudentFile.encode(Students.complete)
        #expect(Array(bytes[0..<8]) == Array("LIMBECK".utf8) + [0])
        for entry in FileBytes.entries(bytes) {
            #expect(entry.offset % 64 == 0)
        }
        let weights = FileBytes.entries(bytes)[2]
        #expect(weights.kind == 3)
        for tensor in 0..<7 {
            let field = weights.offset + 8 + tensor * 16 + 8
            #expect(bytes[field] % 64 == 0)
        }
    }

    @Test func `each kind of damage has its own error`() throws {
        let good = try StudentFile.encode(Students.complete)
        func code(_ change: (inout [UInt8]) -> Void) -> StudentError.Code? {
            var bytes = good
            change(&bytes)
            do {
                _ = try Student(bytes: bytes)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code { _ in } == nil)
        #expect(code { $0 = [] } == .notAStudent)
        #expect(code { $0[0] = 0x50 } == .notAStudent)
        #expect(code { $0[8] = 3 } == .unsupported)
        #expect(code { $0.removeLast() } == .truncated)
        #expect(code { $0.append(0) } == .invalid)
        #expect(code { $0[30] = 1 } == .invalid)
        #expect(code { $0[70] ^= 1 } == .corrupted)
        for entry in FileBytes.entries(good) {
            #expect(code { $0[entry.offset + entry.size / 2] ^= 4 } == .corrupted)
        }
    }

    @Test func `unknown sections are passed over and missing ones named`() throws {
        var bytes = try StudentFile.encode(Students.complete)
        // The card becomes something of the future.
        bytes[64 + 7 * 32] = 99
        FileBytes.seal(&bytes)
        #expect(try Student(bytes: bytes).card.isEmpty)
        // The scaler too: required.
        bytes[64 + 3 * 32] = 98
        FileBytes.seal(&bytes)
        let error = #expect(throws: StudentError.self) { try Student(bytes: bytes) }
        #expect(error?.message.contains("no section of kind #4") == true)
    }

    @Test func `limits bound memory and work`() throws {
        let bytes = try StudentFile.encode(Students.complete)
        let small = StudentLimits(memory: 256, operations: .max)
        #expect(throws: StudentError.self) { try Student(bytes: bytes, limits: small) }
        let slow = StudentLimits(memory: 1 << 20, operations: 100)
        let error = #expect(throws: StudentError.self) { try Student(bytes: bytes, limits: slow) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `weights that are not finite are not written`() {
        var content = Students.perceptron
        content.weights[0][1] = .nan
        #expect(throws: StudentError.self) { try StudentFile.encode(content) }
    }
}
