/// A number that lies in a file as it does in memory.
protocol ParquetNumber: BitwiseCopyable, Sendable {
    static var zero: Self { get }
    /// From numbers that were written as differences; nil where they cannot have been.
    static func fromDifferences(_ values: [Int64]) -> [Self]?
}

extension Float: ParquetNumber {
    static func fromDifferences(_ values: [Int64]) -> [Float]? { nil }
}

extension Double: ParquetNumber {
    static func fromDifferences(_ values: [Int64]) -> [Double]? { nil }
}

extension Int32: ParquetNumber {
    static func fromDifferences(_ values: [Int64]) -> [Int32]? { values.map { Int32(truncatingIfNeeded: $0) } }
}

extension Int64: ParquetNumber {
    static func fromDifferences(_ values: [Int64]) -> [Int64]? { values }
}

/// Collects numbers of one width.
struct ParquetNumbers<Number: ParquetNumber>: ParquetSink {
    private(set) var values: [Number] = []
    private var entries: [Number] = []
    private var indexes = ParquetIndexes()

    /// Expects about `capacity` values.
    init(capacity: Int) { values.reserveCapacity(capacity) }

    mutating func startGroup() { entries.removeAll(keepingCapacity: true) }

    mutating func dictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws {
        entries.removeAll(keepingCapacity: true)
        try Self.appendPlain(bytes, count, to: &entries)
    }

    mutating func append(
        _ bytes: UnsafeRawBufferPointer, count: Int, encoding: ParquetPageHeader.Encoding
    ) throws {
        switch encoding {
        case .plain: try Self.appendPlain(bytes, count, to: &values)
        case .dictionary, .plainDictionary:
            try indexes.decode(bytes, count: count, limit: entries.count)
            indexes.values.withUnsafeBufferPointer { indexes in
                entries.withUnsafeBufferPointer { entries in
                    values.grow(by: count, none: .zero) { output in
                        for place in 0..<count { output[place] = entries[Int(indexes[place])] }
                    }
                }
            }
        case .delta:
            var cursor = ByteCursor(bytes)
            guard let found = Number.fromDifferences(try ParquetDelta.integers(&cursor, count: count)) else {
                throw encoding.refusal
            }
            values.append(contentsOf: found)
        case .streamSplit:
            let width = MemoryLayout<Number>.size
            guard let input = bytes.baseAddress, bytes.count == count * width else {
                throw ParquetDamage("a page of \(bytes.count) bytes is not of \(count) values")
            }
            values.grow(by: count, none: .zero) { output in
                guard let output = UnsafeMutableRawPointer(output.baseAddress) else { return }
                for place in 0..<count {
                    for byte in 0..<width {
                        let found = input.load(fromByteOffset: byte &* count &+ place, as: UInt8.self)
                        output.storeBytes(of: found, toByteOffset: place &* width &+ byte, as: UInt8.self)
                    }
                }
            }
        case .runs, .bitPacked, .deltaLength, .deltaBytes: throw encoding.refusal
        }
    }

    mutating func spread(_ present: [UInt8], count: Int) { values.spread(present, count: count, none: .zero) }

    private static func appendPlain(_ bytes: UnsafeRawBufferPointer, _ count: Int, to list: inout [Number]) throws {
        var cursor = ByteCursor(bytes)
        guard bytes.count >= count * MemoryLayout<Number>.size else {
            throw ParquetDamage("a page of \(bytes.count) bytes is not of \(count) values")
        }
        let found = try cursor.take(count * MemoryLayout<Number>.size)
        try cursor.expectEnd()
        list.grow(by: count, none: .zero) { UnsafeMutableRawBufferPointer($0).copyMemory(from: found) }
    }
}

/// Collects flags.
struct ParquetFlags: ParquetSink {
    private(set) var values: [Bool] = []

    mutating func startGroup() {}

    mutating func dictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws {
        throw ParquetDamage("flags have a dictionary")
    }

    mutating func append(
        _ bytes: UnsafeRawBufferPointer, count: Int, encoding: ParquetPageHeader.Encoding
    ) throws {
        switch encoding {
        case .plain:
            var cursor = ByteCursor(bytes)
            let packed = try cursor.take((count + 7) / 8)
            try cursor.expectEnd()
            for place in 0..<count { values.append(packed[place >> 3] >> UInt8(place & 7) & 1 == 1) }
        case .runs:
            var cursor = ByteCursor(bytes)
            let runs = try cursor.take(try cursor.word())
            var flags: [UInt8] = []
            try flags.grow(by: count, none: 0) { try ParquetRuns.decode(runs, width: 1, into: $0) }
            values.append(contentsOf: flags.lazy.map { $0 == 1 })
        default: throw encoding.refusal
        }
    }

    mutating func spread(_ present: [UInt8], count: Int) { values.spread(present, count: count, none: false) }
}
