/// Little-endian bytes, read in order; running out is an error, never a trap.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    /// Named in errors.
    let section: StaticString
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, section: StaticString) {
        self.bytes = bytes
        self.section = section
    }

    var remaining: Int { bytes.count - position }

    mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(StudentError) -> T {
        let size = T.bitWidth / 8
        guard remaining >= size else {
            throw StudentError(.truncated, section, expected: size, actual: remaining)
        }
        var value: T = 0
        for byte in 0..<size {
            value |= T(truncatingIfNeeded: bytes[position + byte]) << T(byte * 8)
        }
        position += size
        return value
    }

    mutating func float() throws(StudentError) -> Float {
        Float(bitPattern: try integer(UInt32.self))
    }

    mutating func double() throws(StudentError) -> Double {
        Double(bitPattern: try integer(UInt64.self))
    }

    /// A size, below 2³¹.
    mutating func size() throws(StudentError) -> Int {
        let value = try integer(UInt32.self)
        guard value <= UInt32(Int32.max) else {
            throw StudentError(.invalid, section, expected: Int64(Int32.max), actual: Int64(value))
        }
        return Int(value)
    }

    /// A number of entries of at least `bytes` bytes each, so that nothing is reserved for
    /// entries that cannot follow.
    mutating func count(entryBytes: Int) throws(StudentError) -> Int {
        let value = try size()
        guard value <= remaining / entryBytes else {
            throw StudentError(
                .truncated, section, expected: remaining / entryBytes, actual: value)
        }
        return value
    }

    mutating func text() throws(StudentError) -> String {
        let count = try count(entryBytes: 1)
        defer { position += count }
        return String(
            decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]),
            as: UTF8.self)
    }

    mutating func texts() throws(StudentError) -> [String] {
        let count = try count(entryBytes: 4)
        var list: [String] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try text()) }
        return list
    }

    mutating func floats(_ count: Int) throws(StudentError) -> [Float] {
        guard count >= 0, count <= remaining / 4 else {
            throw StudentError(.truncated, section, expected: remaining / 4, actual: count)
        }
        var list: [Float] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try float()) }
        return list
    }

    mutating func doubles(_ count: Int) throws(StudentError) -> [Double] {
        guard count >= 0, count <= remaining / 8 else {
            throw StudentError(.truncated, section, expected: remaining / 8, actual: count)
        }
        var list: [Double] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try double()) }
        return list
    }

    /// Bytes that must be zero in this version.
    mutating func zeros(_ count: Int) throws(StudentError) {
        for _ in 0..<count {
            let value = try integer(UInt8.self)
            if value != 0 {
                throw StudentError(.invalid, section, expected: 0, actual: Int64(value))
            }
        }
    }

    /// A byte that names a case.
    mutating func named<T: RawRepresentable>(_: T.Type) throws(StudentError) -> T
    where T.RawValue == UInt8 {
        let raw = try integer(UInt8.self)
        guard let value = T(rawValue: raw) else {
            throw StudentError(.unsupported, section, actual: Int64(raw))
        }
        return value
    }

    func finish() throws(StudentError) {
        if remaining != 0 {
            throw StudentError(.invalid, section, expected: 0, actual: Int64(remaining))
        }
    }
}
