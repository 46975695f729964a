import Foundation
import LimbeckRuntime

/// Arrays by name in the safetensors format: u64 length of a JSON header, the header
/// `{name: {dtype, shape, data_offsets}}`, then little-endian data without gaps.
public struct SafetensorsFile: Sendable {
    public struct Array: Hashable, Sendable {
        public var name: String
        /// As in the file: `F32`, `BF16`, `I64`.
        public var element: String
        public var shape: [Int]
        var range: Range<Int>

        public var count: Int { shape.reduce(1, *) }
    }

    /// By name.
    public let arrays: [Array]
    public let metadata: [String: String]
    private let bytes: [UInt8]

    /// Throws `malformed` for a file that contradicts itself, naming the array.
    public init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let header = try Self.header(bytes)
        let start = 8 + header.count
        let entries: [String: Entry]
        do { entries = try JSONDecoder().decode([String: Entry].self, from: Data(header)) } catch {
            throw Self.malformed("its header is no JSON object of arrays (\(error.briefly))")
        }
        metadata = entries["__metadata__"]?.metadata ?? [:]
        arrays = try entries.filter { $0.key != "__metadata__" }.map { name, entry in
            try entry.array(name, start: start, end: bytes.count)
        }.sorted { $0.name < $1.name }
        var next = start
        for array in arrays.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard array.range.lowerBound == next else {
                throw Self.malformed(
                    "array \"\(array.name)\" begins at byte \(array.range.lowerBound - start) of the data, the one before ends at \(next - start)"
                )
            }
            next = array.range.upperBound
        }
        guard next == bytes.count else {
            throw Self.malformed("its arrays end at byte \(next - start) of the data, which has \(bytes.count - start)")
        }
    }

    public subscript(name: String) -> Array? { arrays.first { $0.name == name } }

    /// An array's numbers; nil where they are no floating-point numbers of 16, 32 or 64 bits.
    public func floats(_ array: Array) -> [Float]? {
        bytes[array.range].withUnsafeBytes { raw in
            func words<Word: FixedWidthInteger>(_ type: Word.Type) -> [Word] {
                (0..<array.count).map {
                    Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self))
                }
            }
            return switch array.element {
            case "F32": words(UInt32.self).map { Float(bitPattern: $0) }
            case "BF16": words(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
            case "F16": WeightTensor.float16(words(UInt16.self)).values
            case "F64": words(UInt64.self).map { Float(Double(bitPattern: $0)) }
            default: nil
            }
        }
    }

    private static func malformed(_ what: String) -> ImportError {
        ImportError(.malformed, "This is no whole safetensors file: \(what). Save it again.")
    }

    private static func header(_ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
        guard bytes.count >= 8 else { throw malformed("it has \(bytes.count) bytes") }
        let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= bytes.count - 8 else {
            throw malformed("its header has \(length) bytes, the file \(bytes.count)")
        }
        return bytes[8..<8 + Int(length)]
    }

    /// What a header says of one name.
    private struct Entry: Decodable {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        var metadata: [String: String] = [:]

        private enum Key: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == "__metadata__" {
                metadata = try decoder.singleValueContainer().decode([String: String].self)
                return
            }
            let values = try decoder.container(keyedBy: Key.self)
            dtype = try values.decode(String.self, forKey: .dtype)
            shape = try values.decode([Int].self, forKey: .shape)
            offsets = try values.decode([Int].self, forKey: .offsets)
        }

        func array(_ name: String, start: Int, end: Int) throws -> Array {
            guard let dtype, let shape, let offsets, offsets.count == 2 else {
                throw malformed("array \"\(name)\" needs dtype, shape and two data_offsets")
            }
            guard let size = Self.sizes[dtype] else {
                throw malformed("array \"\(name)\" has dtype \"\(dtype)\", which the format does not know")
            }
            var bytes = size
            for extent in shape {
                let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { throw malformed("array \"\(name)\" has shape \(shape)") }
                bytes = product
            }
            let room = 0...end - start
            guard room.contains(offsets[0]), room.contains(offsets[1]), offsets[1] - offsets[0] == bytes else {
                throw malformed(
                    "array \"\(name)\" is \(dtype) \(shape), \(bytes) bytes, at \(offsets[0]) to \(offsets[1]) of \(end - start)"
                )
            }
            return Array(
                name: name, element: dtype, shape: shape, range: start + offsets[0]..<start + offsets[1])
        }

        private static let sizes = [
            "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
            "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
        ]
    }
}

extension Error {
    /// What is wrong with JSON, in a few words.
    fileprivate var briefly: String {
        guard let error = self as? DecodingError else { return "\(self)" }
        let (context, path): (String, [any CodingKey]) =
            switch error {
            case .dataCorrupted(let context): (context.debugDescription, context.codingPath)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
                (context.debugDescription, context.codingPath)
            @unknown default: ("unreadable", [])
            }
        let place = path.map(\.stringValue).joined(separator: ".")
        return place.isEmpty ? context : "\(place): \(context)"
    }
}
