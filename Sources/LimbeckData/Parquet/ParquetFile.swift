import LimbeckFiles

/// A Parquet file: named columns of numbers, times and texts, read one by one.
///
/// Read: all encodings but bit-packed levels, both versions of pages, uncompressed, Snappy and gzip, any number of
/// row groups. Not read: nested columns, encryption and other compressions; asking for them is an error.
public struct ParquetFile: Sendable {
    /// What a column's values are.
    public enum Kind: Sendable, Hashable {
        case boolean, integer, real, text, moment
        /// Asking for it is an error that says why.
        case unreadable
    }

    /// As named in errors.
    public let file: String
    let bytes: [UInt8]
    let metadata: ParquetMetadata
    /// Where the footer begins: all columns lie before.
    let dataEnd: Int

    static let magic = Array("PAR1".utf8)

    /// Throws `DataError` naming the file.
    public init(path: String) throws {
        try self.init(try FileBytes.readDecompressed(path), file: path)
    }

    /// Reads bytes that are named `file` in errors.
    public init(_ bytes: [UInt8], file: String) throws {
        func bad(_ what: String) -> DataError { DataError(.badFormat, "\(file): \(what).") }
        guard bytes.starts(with: Self.magic) else { throw bad("is no Parquet file; it should begin with PAR1") }
        let end = bytes.suffix(4)
        guard !end.elementsEqual("PARE".utf8) else { throw bad("is encrypted; write the file without encryption") }
        guard bytes.count >= 12, end.elementsEqual(Self.magic) else {
            throw DataError(.truncated, "\(file): stops early, without Parquet's footer; copy or write the file again.")
        }
        let size = (5...8).reduce(0) { $0 << 8 | Int(bytes[bytes.count - $1]) }
        guard size <= bytes.count - 12 else {
            throw bad("its footer is longer than the file; copy or write the file again")
        }
        dataEnd = bytes.count - 8 - size
        self.file = file
        self.bytes = bytes
        do {
            let start = dataEnd
            metadata = try bytes.withUnsafeBytes {
                try ParquetMetadata(UnsafeRawBufferPointer(rebasing: $0[start..<start + size]))
            }
        } catch let damage as ParquetDamage {
            throw bad("its footer is damaged: \(damage.what); copy or write the file again")
        }
        // Runs of one value take next to no bytes, but a footer is not believed everything.
        guard metadata.rowCount <= min(Int(Int32.max), Self.mostRowsPerByte * bytes.count) else {
            throw bad("announces \(grouped(metadata.rowCount)) rows in \(grouped(bytes.count)) bytes; it is damaged")
        }
    }

    /// A row group of a million equal rows takes some hundred bytes, footer included.
    static let mostRowsPerByte = 4096

    public var rowCount: Int { metadata.rowCount }

    /// The columns that are not nested, in their order.
    public var names: [String] { metadata.schema.leaves.map(\.name) }

    /// Columns that are lists, maps or structures.
    public var nestedNames: [String] { metadata.schema.nested }

    /// What the column of that name holds; nil where there is none.
    public func kind(of name: String) -> Kind? {
        metadata.schema.leaves.first { $0.name == name }?.storage.kind
    }

    var shownNames: String {
        names.isEmpty
            ? "no columns"
            : names.prefix(12).map { quoted($0) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
