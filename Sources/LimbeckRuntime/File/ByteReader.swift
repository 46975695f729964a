/// Little-endian bytes, read in order; running out is an error, never a trap.
///
/// The first problem is kept, everything after it reads as zero, and `check` throws it: whoever reads a
/// section asks once, before using what was read.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    /// Named in errors.
    #if LIMBECK_SMALL
        var section: StaticString { "" }
    #else
        let section: StaticString
    #endif
    private(set) var position = 0
    private var problem: StudentError?

    init(_ bytes: UnsafeRawBufferPointer, section: @autoclosure () -> StaticString) {
        self.bytes = bytes
        #if !LIMBECK_SMALL
            self.section = section()
        #endif
    }

    var remaining: Int { bytes.count - position }

    /// Throws the first problem that reading met.
    func check() throws(StudentError) {
        if let problem { throw problem }
    }

    /// The same, and bytes that nothing read are a problem too.
    func finish() throws(StudentError) {
        try check()
        if remaining != 0 {
            throw StudentError(.invalid, section, expected: 0, actual: Int64(remaining))
        }
    }

    /// Keeps the first problem; nothing remains to be read.
    private mutating func fail(_ error: StudentError) {
        if problem == nil { problem = error }
        position = bytes.count
    }

    @inline(__always)
    mutating func integer<T: FixedWidthInteger>(_: T.Type) -> T {
        T.bitWidth > 32 ? T(truncatingIfNeeded: long()) : T(truncatingIfNeeded: word(T.bitWidth / 8))
    }

    private mutating func long() -> UInt64 {
        if remaining < 8 { fail(StudentError(.truncated, section, expected: 8, actual: remaining)) }
        let low = word(4)
        return UInt64(low) | UInt64(word(4)) << 32
    }

    /// One, two or four bytes.
    private mutating func word(_ size: Int) -> UInt32 {
        guard remaining >= size else {
            fail(StudentError(.truncated, section, expected: size, actual: remaining))
            return 0
        }
        defer { position &+= size }
        if Included.wideLoops, size == 4 {
            return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        var value: UInt32 = 0
        for byte in 0..<size {
            value |= UInt32(bytes[position &+ byte]) &<< UInt32(truncatingIfNeeded: byte &* 8)
        }
        return value
    }

    mutating func float() -> Float { Float(bitPattern: integer(UInt32.self)) }

    mutating func double() -> Double { Double(bitPattern: integer(UInt64.self)) }

    /// A size, below 2³¹.
    mutating func size() -> Int {
        let value = integer(UInt32.self)
        guard value <= UInt32(Int32.max) else {
            fail(StudentError(.invalid, section, expected: Int64(Int32.max), actual: Int64(value)))
            return 0
        }
        return Int(value)
    }

    /// A number of entries of at least `bytes` bytes each, so that nothing is reserved for
    /// entries that cannot follow.
    mutating func count(entryBytes: Int) -> Int {
        let value = size()
        guard value <= remaining / entryBytes else {
            fail(StudentError(.truncated, section, expected: remaining / entryBytes, actual: value))
            return 0
        }
        return value
    }

    mutating func text() -> String {
        let count = count(entryBytes: 1)
        defer { position += count }
        if !Included.everything { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]),
            as: UTF8.self)
    }

    /// `count` entries in order; `entry` is given the number of each.
    @inline(__always)
    mutating func list<T, E>(
        _ count: Int, _ entry: (inout ByteReader, Int) throws(E) -> T
    ) throws(E) -> [T] {
        try [T](unsafeUninitializedCapacity: count) { (places, done) throws(E) in
            guard let first = places.baseAddress else { return }
            while done < count {
                (first + done).initialize(to: try entry(&self, done))
                done += 1
            }
        }
    }

    mutating func texts() -> [String] {
        list(count(entryBytes: 4)) { (reader, _) in reader.text() }
    }

    @inline(never)
    mutating func floats(_ count: Int) -> [Float] {
        guard count >= 0, count <= remaining / 4 else {
            fail(StudentError(.truncated, section, expected: remaining / 4, actual: count))
            return []
        }
        return list(count) { (reader, _) in reader.float() }
    }

    mutating func doubles(_ count: Int) -> [Double] {
        guard count >= 0, count <= remaining / 8 else {
            fail(StudentError(.truncated, section, expected: remaining / 8, actual: count))
            return []
        }
        return list(count) { (reader, _) in reader.double() }
    }

    /// Bytes that must be zero in this version.
    mutating func zeros(_ count: Int) {
        for _ in 0..<count {
            let value = integer(UInt8.self)
            if value != 0 { fail(StudentError(.invalid, section, expected: 0, actual: Int64(value))) }
        }
    }

    /// A byte that names a case; `first` where there is a problem.
    mutating func named<T: RawRepresentable>(_ first: T) -> T where T.RawValue == UInt8 {
        let raw = integer(UInt8.self)
        if let value = T(rawValue: raw) { return value }
        fail(StudentError(.unsupported, section, actual: Int64(raw)))
        return first
    }

    /// A word that is 0 or 1.
    mutating func flag() -> Bool {
        let value = integer(UInt32.self)
        if value > 1 { fail(StudentError(.invalid, "instruction: flag", expected: 1, actual: Int64(value))) }
        return value == 1
    }

    /// A word that names a case; `first` where there is a problem.
    mutating func kind<T: RawRepresentable>(_ first: T) -> T where T.RawValue == UInt8 {
        let raw = integer(UInt32.self)
        if let byte = UInt8(exactly: raw), let value = T(rawValue: byte) { return value }
        fail(StudentError(.unsupported, "instruction: kind of function", actual: Int64(raw)))
        return first
    }

    /// A buffer that may be absent.
    mutating func optional() -> Int? {
        let number = integer(UInt32.self)
        return number == .max ? nil : Int(truncatingIfNeeded: number & 0x7fff_ffff)
    }
}
