extension ParquetFile {
    /// The column of that name.
    ///
    /// Throws `DataError` naming the file, the column and, where bytes are damaged, the row group.
    public func column(named name: String) throws -> ParquetColumn {
        guard let leaf = metadata.schema.leaves.first(where: { $0.name == name }) else {
            if metadata.schema.nested.contains(name) {
                throw DataError(
                    .badFormat,
                    "\(file): column \(quoted(name)) is nested (a list, map or structure), which is not read; write its "
                        + "parts as columns.")
            }
            throw DataError(.missingColumn, "\(file): there is no column \(quoted(name)); it has \(shownNames).")
        }
        do {
            return try read(leaf)
        } catch let refusal as ParquetRefusal {
            throw DataError(.badFormat, "\(file): column \(quoted(name)) \(refusal.what).")
        }
    }

    private func read(_ leaf: ParquetSchema.Leaf) throws -> ParquetColumn {
        var pages = ParquetPages(isOptional: leaf.isOptional)
        let values: ParquetColumn.Values
        func numbers<Number: ParquetNumber>(_: Number.Type) throws -> [Number] {
            // Most files have no more rows than bytes; those that do grow as their rows are read.
            var sink = ParquetNumbers<Number>(capacity: min(rowCount, bytes.count))
            try read(leaf, &pages, &sink)
            return sink.values
        }
        func texts(_ length: Int?) throws -> ParquetTexts {
            var sink = ParquetTexts(length: length, limit: 1 << 20 + 1024 * bytes.count)
            try read(leaf, &pages, &sink)
            return sink
        }
        func damage(_ what: String) -> DataError {
            DataError(.badNumber, "\(file): column \(quoted(leaf.name)) \(what).")
        }
        switch leaf.storage {
        case .boolean:
            var sink = ParquetFlags()
            try read(leaf, &pages, &sink)
            values = .booleans(sink.values)
        case .int32(let isSigned):
            let found = try numbers(Int32.self)
            values = .integers(isSigned ? found.map(Int64.init) : found.map { Int64(UInt32(bitPattern: $0)) })
        case .int64(let isSigned):
            let found = try numbers(Int64.self)
            guard isSigned || found.allSatisfy({ $0 >= 0 }) else {
                throw damage("holds a number of 2⁶³ or more, which is not read; cast it to float64")
            }
            values = .integers(found)
        case .float: values = .floats(try numbers(Float.self))
        case .double: values = .doubles(try numbers(Double.self))
        case .days: values = .moments(try numbers(Int32.self).map { Int64($0) * 86_400 }, perSecond: 1, isUTC: false)
        case .moments(let perSecond, let isUTC):
            values = .moments(try numbers(Int64.self), perSecond: perSecond, isUTC: isUTC)
        case .int96:
            let found = try texts(12)
            let microseconds = found.table.map(ParquetBytes.microseconds)
            guard !microseconds.contains(nil) else {
                throw damage("holds a time that is none; write it as timestamp[us]")
            }
            values = .moments(found.codes.map { microseconds[$0] ?? 0 }, perSecond: 1_000_000, isUTC: true)
        case .half:
            let found = try texts(2)
            let halves = found.table.map(ParquetBytes.half)
            values = .floats(found.codes.map { halves.isEmpty ? 0 : halves[Int($0)] })
        case .decimal32(let scale):
            values = .doubles(try numbers(Int32.self).map { Double($0) / ParquetBytes.powers[scale] })
        case .decimal64(let scale):
            values = .doubles(try numbers(Int64.self).map { Double($0) / ParquetBytes.powers[scale] })
        case .decimalBytes(let length, let scale):
            let found = try texts(length)
            let numbers = found.table.map(ParquetBytes.integer)
            guard !numbers.contains(nil) else {
                throw damage("holds a decimal longer than it declares; cast it to float64")
            }
            values = .doubles(found.codes.map { Double(numbers[$0] ?? 0) / ParquetBytes.powers[scale] })
        case .text(let length):
            let found = try texts(length)
            let names = found.table.map { String(validating: $0, as: UTF8.self) }
            guard !names.contains(nil) else {
                throw damage("holds bytes that are no text; write it as a column of strings")
            }
            values = .texts(names.compactMap { $0 }, codes: found.codes)
        case .refused(let what): throw ParquetRefusal(what)
        }
        return ParquetColumn(name: leaf.name, values: values, isPresent: pages.isPresent, rowCount: rowCount)
    }

    /// Every row group's chunk of a column, one after the other.
    private func read<Sink: ParquetSink>(
        _ leaf: ParquetSchema.Leaf, _ pages: inout ParquetPages, _ sink: inout Sink
    ) throws {
        for (number, group) in metadata.rowGroups.enumerated() where group.rowCount > 0 {
            do {
                let chunk = group.chunks[leaf.chunk]
                guard chunk.isDescribed else { throw ParquetRefusal("is encrypted; write the file without encryption") }
                guard chunk.otherFile.isEmpty else { throw ParquetRefusal("lies in another file; write one file") }
                guard let range = chunk.range, range.upperBound <= dataEnd else {
                    throw ParquetDamage("its values lie outside the file")
                }
                guard chunk.valueCount == group.rowCount else {
                    throw ParquetDamage("it has \(chunk.valueCount) values for \(group.rowCount) rows")
                }
                let codec = try ParquetCodec(code: chunk.codec)
                try bytes.withUnsafeBytes {
                    try pages.read(
                        UnsafeRawBufferPointer(rebasing: $0[range]), codec: codec, rows: group.rowCount, into: &sink)
                }
            } catch let damage as ParquetDamage {
                throw DataError(
                    .badFormat,
                    "\(file), column \(quoted(leaf.name)), row group \(number + 1): \(damage.what); copy or write the file "
                        + "again.")
            }
        }
    }
}

extension [Int64?] {
    fileprivate subscript(code: Int32) -> Int64? { isEmpty ? nil : self[Int(code)] }
}
