/// How a column's numbers lie in the file and what they mean.
enum ParquetStorage: Equatable {
    case boolean
    case int32(isSigned: Bool)
    case int64(isSigned: Bool)
    case float, double
    /// Bytes with a length each, or all of `length`.
    case text(length: Int?)
    /// Two bytes, IEEE 754 binary16.
    case half
    /// Days since 1970 in 32 bits.
    case days
    /// Counts since 1970 in 64 bits.
    case moments(perSecond: Int64, isUTC: Bool)
    /// Nanoseconds of the day and Julian day, 12 bytes: an instant of UTC.
    case int96
    /// Whole numbers of 10^-scale: in 32 bits, 64 bits or big-endian bytes.
    case decimal32(scale: Int)
    case decimal64(scale: Int)
    case decimalBytes(length: Int?, scale: Int)
    /// Cannot be held: what it is, and what to do.
    case refused(String)

    /// Logical types win over the older converted ones.
    init(_ element: ParquetSchema.Element) {
        var logical = element.logical
        if logical == .none { logical = Self.logical(converted: element.converted) }
        if case .other(let what) = logical {
            self = .refused("is \(what), which is not read; cast it to text or numbers")
            return
        }
        switch (element.type, logical) {
        case (0, .none): self = .boolean
        case (1, .none): self = .int32(isSigned: true)
        case (1, .integer(let isSigned)): self = .int32(isSigned: isSigned)
        case (1, .date): self = .days
        case (2, .none): self = .int64(isSigned: true)
        case (2, .integer(let isSigned)): self = .int64(isSigned: isSigned)
        case (2, .moment(let perSecond, let isUTC)) where perSecond > 0:
            self = .moments(perSecond: perSecond, isUTC: isUTC)
        case (1, .decimal), (2, .decimal), (6, .decimal), (7, .decimal): self = Self.decimal(element)
        case (3, .none): self = .int96
        case (4, .none): self = .float
        case (5, .none): self = .double
        case (6, .none), (6, .text): self = .text(length: nil)
        case (7, .half) where element.length == 2: self = .half
        case (7, .none), (7, .text):
            self = element.length > 0 ? .text(length: element.length) : .refused("has values of no length")
        default: self = .refused("is of a type that is not known; cast it to text or numbers")
        }
    }

    /// A double holds every whole number of 15 digits, and not all of more.
    private static func decimal(_ element: ParquetSchema.Element) -> ParquetStorage {
        let (precision, scale) = (element.precision, element.scale)
        guard (1...15).contains(precision), (0...precision).contains(scale) else {
            return .refused(
                "is decimal(\(precision), \(scale)), more digits than the 15 that a double holds; cast it to float64")
        }
        switch element.type {
        case 1: return .decimal32(scale: scale)
        case 2: return .decimal64(scale: scale)
        case 6: return .decimalBytes(length: nil, scale: scale)
        default:
            return element.length > 0
                ? .decimalBytes(length: element.length, scale: scale) : .refused("has values of no length")
        }
    }

    private static func logical(converted: Int) -> ParquetSchema.Element.Logical {
        switch converted {
        case 0, 4, 19: .text
        case 5: .decimal
        case 6: .date
        case 7, 8: .other("a time of day")
        case 9: .moment(perSecond: 1000, isUTC: true)
        case 10: .moment(perSecond: 1_000_000, isUTC: true)
        case 11...14: .integer(isSigned: false)
        case 15...18: .integer(isSigned: true)
        case 20: .other("BSON")
        case 21: .other("an interval")
        default: .none
        }
    }

    /// What the column's values are to its reader.
    var kind: ParquetFile.Kind {
        switch self {
        case .boolean: .boolean
        case .int32, .int64: .integer
        case .float, .double, .half, .decimal32, .decimal64, .decimalBytes: .real
        case .text: .text
        case .days, .moments, .int96: .moment
        case .refused: .unreadable
        }
    }
}
