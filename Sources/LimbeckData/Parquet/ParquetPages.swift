/// Takes what the pages of a column hold.
protocol ParquetSink {
    /// The entries that data pages of this row group may point to.
    mutating func dictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws
    /// `count` values, nulls left out.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, count: Int, encoding: ParquetPageHeader.Encoding) throws
    /// Moves the last values apart, so that those of `present.count` rows stand where `present` is 1.
    mutating func spread(_ present: [UInt8], count: Int)
    /// Another row group begins; its dictionary is its own.
    mutating func startGroup()
}

/// Walks the pages of a column's chunks.
struct ParquetPages {
    let isOptional: Bool
    private(set) var rowCount = 0
    /// A flag a row; empty while there was no null.
    private(set) var isPresent: [Bool] = []
    private var levels = ParquetLevels()

    init(isOptional: Bool) { self.isOptional = isOptional }

    /// All pages of one chunk, which must hold `rows` rows to the last byte.
    mutating func read<Sink: ParquetSink>(
        _ chunk: UnsafeRawBufferPointer, codec: ParquetCodec, rows: Int, into sink: inout Sink
    ) throws {
        var cursor = ByteCursor(chunk)
        var left = rows
        sink.startGroup()
        while cursor.count > 0 {
            let header = try ParquetPageHeader(&cursor)
            let packed = try cursor.take(header.packedSize)
            if let checksum = header.checksum, checksum != ParquetCodec.checksum(packed) {
                throw ParquetDamage("a page's checksum is wrong")
            }
            switch header.content {
            case .index: continue
            case .dictionary:
                guard left == rows else { throw ParquetDamage("a dictionary stands behind the values") }
                guard header.encoding == 0 || header.encoding == 2 else {
                    throw ParquetDamage("a dictionary is written in encoding \(header.encoding)")
                }
                try codec.unpack(packed, size: header.size) { try sink.dictionary($0, count: header.valueCount) }
            case .data, .dataV2:
                guard header.valueCount <= left else {
                    throw ParquetDamage("its pages hold more than its \(rows) rows")
                }
                if header.content == .data {
                    try codec.unpack(packed, size: header.size) { try readData($0, header, &sink) }
                } else {
                    try readDataV2(packed, codec, header, &sink)
                }
                left -= header.valueCount
                rowCount += header.valueCount
            }
        }
        guard left == 0 else { throw ParquetDamage("\(left) of its \(rows) rows are not there") }
    }

    /// Version 1: levels with their length and the values, compressed together.
    private mutating func readData<Sink: ParquetSink>(
        _ bytes: UnsafeRawBufferPointer, _ header: ParquetPageHeader, _ sink: inout Sink
    ) throws {
        var cursor = ByteCursor(bytes)
        if isOptional {
            guard header.levelEncoding == ParquetPageHeader.Encoding.runs.rawValue else {
                throw ParquetRefusal(
                    "has levels in encoding \(header.levelEncoding), which is not read; \(Self.rewrite)")
            }
            try levels.decode(try cursor.take(try cursor.word()), count: header.valueCount)
        } else {
            levels.fill(header.valueCount)
        }
        try append(cursor.rest, header, &sink)
    }

    /// Version 2: levels as they are, then the values, which may be compressed.
    private mutating func readDataV2<Sink: ParquetSink>(
        _ bytes: UnsafeRawBufferPointer, _ codec: ParquetCodec, _ header: ParquetPageHeader, _ sink: inout Sink
    ) throws {
        var cursor = ByteCursor(bytes)
        guard header.repetitionSize == 0 else { throw ParquetDamage("it repeats values, against its schema") }
        let written = try cursor.take(header.levelSize)
        if isOptional {
            try levels.decode(written, count: header.valueCount)
        } else {
            levels.fill(header.valueCount)
        }
        let nulls = header.valueCount - levels.presentCount
        guard header.nullCount < 0 || header.nullCount == nulls else {
            throw ParquetDamage("a page announces \(header.nullCount) nulls and has \(nulls)")
        }
        guard header.size >= header.levelSize else { throw ParquetDamage("a page is not of the size announced") }
        let codec = header.isCompressed ? codec : .none
        try codec.unpack(cursor.rest, size: header.size - header.levelSize) { try append($0, header, &sink) }
    }

    private mutating func append<Sink: ParquetSink>(
        _ bytes: UnsafeRawBufferPointer, _ header: ParquetPageHeader, _ sink: inout Sink
    ) throws {
        guard let encoding = ParquetPageHeader.Encoding(rawValue: header.encoding) else {
            throw ParquetRefusal("is written in encoding \(header.encoding), which is not known; \(Self.rewrite)")
        }
        let present = levels.presentCount
        if present > 0 { try sink.append(bytes, count: present, encoding: encoding) }
        let hasNulls = present < header.valueCount
        if hasNulls {
            sink.spread(levels.present, count: present)
            // The first null: every row before it held a value.
            if isPresent.isEmpty { isPresent.append(contentsOf: repeatElement(true, count: rowCount)) }
            isPresent.append(contentsOf: levels.present.lazy.map { $0 != 0 })
        } else if !isPresent.isEmpty {
            isPresent.append(contentsOf: repeatElement(true, count: present))
        }
    }

    /// What to do about an encoding that is not read.
    static let rewrite = "rewrite the file: df.to_parquet(path, compression=\"snappy\")"
}

extension Array {
    /// Makes the last `count` elements stand where `present` is 1, and `none` where it is 0.
    mutating func spread(_ present: [UInt8], count: Int, none: Element) {
        let base = self.count - count
        append(contentsOf: repeatElement(none, count: present.count - count))
        var from = count
        withUnsafeMutableBufferPointer { rows in
            present.withUnsafeBufferPointer { present in
                for row in present.indices.reversed() {
                    // Never ahead of the row it goes to, so nothing is overwritten before it moved; read without
                    // need, so that there is no branch.
                    from &-= Int(present[row])
                    let value = rows[base &+ Swift.min(from, row)]
                    rows[base &+ row] = present[row] != 0 ? value : none
                }
            }
        }
    }

    /// Grows by `count` elements and lets `body` write their bytes.
    mutating func grow<R>(
        by count: Int, none: Element, _ body: (UnsafeMutableBufferPointer<Element>) throws -> R
    ) rethrows -> R {
        let base = self.count
        append(contentsOf: repeatElement(none, count: count))
        return try withUnsafeMutableBufferPointer {
            try body(UnsafeMutableBufferPointer(rebasing: $0[base...]))
        }
    }
}
