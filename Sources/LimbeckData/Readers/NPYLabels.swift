/// A NumPy array of one axis that holds names or moments: whole numbers, `datetime64` or text.
struct NPYLabels {
    enum Values {
        case seconds([Int64])
        case texts([String])
    }

    let values: Values

    /// Throws `badFormat` or `truncated`.
    init(_ bytes: [UInt8], file: String) throws {
        func bad(_ what: String) -> DataError { DataError(.badFormat, "\(file): \(what).") }
        guard bytes.starts(with: NPYArray.magic), bytes.count >= 12 else {
            throw bad("is no NumPy array; save it with numpy.save")
        }
        let isWide = bytes[6] >= 2, begin = isWide ? 12 : 10
        let length = (0..<(isWide ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard length <= bytes.count - begin else { throw bad("stops inside its header; copy the file again") }
        let header = String(decoding: bytes[begin..<begin + length], as: UTF8.self)
        guard let type = Self.entry("descr", header), let shape = Self.entry("shape", header), let count = Int(shape)
        else { throw bad("should have one axis; save names and times as arrays of one axis") }
        let payload = bytes[(begin + length)...]
        guard let width = Self.width(type), count >= 0, count <= payload.count / max(1, width) else {
            throw bad("\(count) entries of \(quoted(type)) are not read, or not all there; use int64 seconds or text")
        }
        func integer(_ index: Int) -> Int64 {
            let start = payload.startIndex + index * width
            let bits = (0..<width).reduce(UInt64(0)) { $0 | UInt64(payload[start + $1]) << UInt64(8 * $1) }
            return width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
        }
        switch type.dropFirst().first {
        case "U":
            values = .texts(
                (0..<count).map { index in
                    let start = payload.startIndex + index * width
                    let scalars = stride(from: start, to: start + width, by: 4).compactMap { at in
                        Unicode.Scalar((0..<4).reduce(UInt32(0)) { $0 | UInt32(payload[at + $1]) << UInt32(8 * $1) })
                    }
                    return String(String.UnicodeScalarView(scalars.filter { $0.value != 0 }))
                })
        case "S":
            values = .texts(
                (0..<count).map { index in
                    let start = payload.startIndex + index * width
                    return String(decoding: payload[start..<start + width].prefix { $0 != 0 }, as: UTF8.self)
                })
        case "M":
            guard let divisor = Self.fractions[String(type.dropFirst(3))] else {
                throw bad("holds \(quoted(type)); use datetime64[s]")
            }
            values = .seconds(
                (0..<count).map {
                    divisor > 0
                        ? integer($0) / divisor : integer($0).multipliedReportingOverflow(by: -divisor).partialValue
                })
        case "f":
            values = .seconds(
                try (0..<count).map { index in
                    let number = Double(bitPattern: UInt64(bitPattern: integer(index)))
                    guard let whole = Int64(exactly: number) else {
                        throw bad("\(number) is no whole number of seconds")
                    }
                    return whole
                })
        default: values = .seconds((0..<count).map(integer))
        }
    }

    /// How many make a second, or with a minus how many seconds one makes.
    private static let fractions: [String: Int64] = [
        "[s]": 1, "[ms]": 1000, "[us]": 1_000_000, "[ns]": 1_000_000_000, "[m]": -60, "[h]": -3600, "[D]": -86_400,
    ]

    /// Bytes of one entry; nil for what is not read.
    private static func width(_ type: String) -> Int? {
        guard let order = type.first, "<|=".contains(order) else { return nil }
        let rest = type.dropFirst()
        switch rest.first {
        case "U": return Int(rest.dropFirst()).flatMap { (1...1000).contains($0) ? 4 * $0 : nil }
        case "S": return Int(rest.dropFirst()).flatMap { (1...4000).contains($0) ? $0 : nil }
        case "M": return rest.hasPrefix("M8") ? 8 : nil
        default: return ["i8": 8, "i4": 4, "f8": 8][String(rest)]
        }
    }

    /// `'<i8'` or the one number of `(12,)`.
    private static func entry(_ key: String, _ header: String) -> String? {
        guard let range = header.firstRange(of: "'\(key)':") else { return nil }
        let rest = header[range.upperBound...].drop { $0 == " " }
        if rest.first == "'" { return String(rest.dropFirst().prefix { $0 != "'" }) }
        guard rest.first == "(" else { return nil }
        let inner = rest.dropFirst().prefix { $0 != ")" }.filter { $0 != " " }
        return inner.hasSuffix(",") ? String(inner.dropLast()) : nil
    }
}
