/// Which mark stands before decimals in a text file, and which between thousands: told from the cells, stated in
/// `data.decimal`, or refused where cells contradict each other.
struct NumberMarks {
    let decimal: UInt8
    let thousands: UInt8?
    let findings: [QualityReport.Finding]
    /// Does any cell tell, or the user?
    let isSure: Bool

    /// What one cell says. A mark before other than three digits, or after a leading zero, is a decimal one; a mark that
    /// stands twice between groups of three separates thousands; one mark before three digits may be either.
    private enum Sign { case none, whole, decimal(UInt8), either(UInt8) }

    /// How often, and where first.
    private struct Tally {
        var count = 0
        var place = ""

        mutating func add(_ place: @autoclosure () -> String) {
            if count == 0 { self.place = place() }
            count += 1
        }
    }

    init(_ bytes: [UInt8], header: CSVHeader, source: DataSource) throws {
        if source.decimal != .auto {
            decimal = source.decimal == .point ? Byte.point : Byte.comma
            thousands = source.decimal == .point ? Byte.comma : Byte.point
            (findings, isSure) = ([], true)
            return
        }
        var scanner = CSVScanner(bytes, file: header.file, delimiter: source.delimiter.byte)
        let isComma = scanner.delimiter == Byte.comma
        // Between commas, only quoted cells can hold one.
        guard !isComma || bytes.contains(Byte.point) || bytes.contains(Byte.quote) else {
            (decimal, thousands, findings, isSure) = (Byte.point, nil, [], false)
            return
        }
        let passed = Set(
            header.times + header.places + header.filters.map(\.column)
                + [header.latitude, header.longitude].compactMap(\.self))
        var record = CSVScanner.Record()
        for _ in 0..<header.rowCount { _ = try scanner.next(into: &record) }
        var sure: [UInt8: Tally] = [:], unsure: [UInt8: Tally] = [:]
        var wholes = 0
        scan: while try scanner.next(into: &record) {
            for (column, cell) in record.cells.enumerated() where !passed.contains(column) && !cell.isEmpty {
                let sign = bytes.withUnsafeBufferPointer {
                    Self.sign(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.end]))
                }
                func place() -> String { "\(quoted(scanner.text(cell))) in line \(record.line)" }
                switch sign {
                case .none: break
                case .whole: wholes += 1
                case .decimal(let mark): sure[mark, default: Tally()].add(place())
                case .either(let mark): unsure[mark, default: Tally()].add(place())
                }
                // Between commas a decimal point settles it; cells that contradict it are refused when they are read.
                if isComma, sure[Byte.point] != nil { break scan }
            }
        }
        if let point = sure[Byte.point], let comma = sure[Byte.comma] {
            throw DataError(
                .badNumber,
                "\(header.file): \(point.place) has a decimal point, \(comma.place) a decimal comma; write all numbers "
                    + "one way.")
        }
        let mark: UInt8
        if sure[Byte.comma] != nil {
            mark = Byte.comma
        } else if sure[Byte.point] != nil || unsure.isEmpty {
            mark = Byte.point
        } else if let point = unsure[Byte.point], let comma = unsure[Byte.comma] {
            throw DataError(
                .badNumber,
                "\(header.file): \(point.place) and \(comma.place) use both marks before three digits, so either may be "
                    + "for thousands; say data.decimal: point or comma.")
        } else if unsure[Byte.point] != nil {
            mark = Byte.point
        } else {
            // A quoted comma between commas is an English thousands mark; between semicolons it is a decimal one.
            mark = isComma ? Byte.point : Byte.comma
        }
        let other = mark == Byte.point ? Byte.comma : Byte.point
        decimal = mark
        thousands = other
        isSure = !sure.isEmpty
        var findings: [QualityReport.Finding] = []
        let name = [Byte.point: "point", Byte.comma: "comma"]
        if let grouped = unsure[other] {
            findings.append(
                .init(
                    .decimalMarks, .repair, count: grouped.count,
                    message:
                        "\(counted(grouped.count, "number")) with a \(name[other] ?? "") between thousands, such as "
                        + "\(grouped.place), since decimals stand behind a \(name[mark] ?? "") here"))
        } else if sure.isEmpty, let decimals = unsure[mark], wholes > 0 || !isComma {
            findings.append(
                .init(
                    .decimalMarks, .warning, count: decimals.count,
                    message: "\(counted(decimals.count, "number")) with always three digits behind the "
                        + "\(name[mark] ?? ""), such as \(decimals.place)"
                        + (wholes > 0 ? ", beside \(counted(wholes, "whole number"))" : "")
                        + ": read as decimals; if they are thousands, say data.decimal: \(name[other] ?? "")"))
        }
        self.findings = findings
    }

    private static func sign(_ text: UnsafeBufferPointer<UInt8>) -> Sign {
        var index = 0
        if text[0] == 45 || text[0] == 43 { index = 1 }
        let start = index
        var mark: UInt8 = 0, markAt = -1, isRepeated = false, isGrouped = true
        while index < text.count {
            let byte = text[index]
            if byte == Byte.point || byte == Byte.comma {
                if markAt < 0 {
                    isGrouped = (1...3).contains(index - start) && text[start] != 48
                } else {
                    let isThree = index - markAt == 4
                    guard isGrouped, isThree else { return .none }
                    // The second kind of mark ends the thousands: "12.618,5".
                    if byte != mark { return tail(text, index + 1) ? .decimal(byte) : .none }
                    isRepeated = true
                }
                (mark, markAt) = (byte, index)
            } else if byte &- 48 >= 10 {
                return .none
            }
            index += 1
        }
        guard markAt >= 0 else { return index > start ? .whole : .none }
        let isThree = text.count - markAt == 4
        if isRepeated { return isThree ? .decimal(mark == Byte.point ? Byte.comma : Byte.point) : .none }
        return isThree && isGrouped ? .either(mark) : .decimal(mark)
    }

    /// Only digits from `index` on.
    private static func tail(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        text[index...].allSatisfy { $0 &- 48 < 10 }
    }
}
