/// Reads one cell as a number, as missing, or as neither.
struct CellParser {
    enum Reading: Equatable {
        case value(Double)
        case missing, infinite, invalid
    }

    /// Spellings of "not measured" that every file may use, in any case.
    static let standardMissing = [
        "", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "-", "--", "?",
    ]

    private let missingTexts: Set<[UInt8]>
    private let missingNumbers: [Double]
    /// The byte before decimals, and the one between groups of three digits, where the file has such.
    private let decimal: UInt8
    private let thousands: UInt8?

    /// Understands the standard spellings and `missing`; one that is a number stands for every
    /// spelling of that number ("0" for "0.0").
    init(missing: [String] = [], decimal: UInt8 = Byte.point, thousands: UInt8? = nil) {
        missingTexts = Set((Self.standardMissing + missing).map { Array($0.lowercased().utf8) })
        missingNumbers = missing.compactMap(Double.init)
        self.decimal = decimal
        self.thousands = thousands
    }

    func isMissing(_ value: Double) -> Bool { value.isNaN || missingNumbers.contains(value) }

    func read(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Reading {
        let text = UnsafeBufferPointer(rebasing: text)
        if text.isEmpty { return .missing }
        if let number = number(text) {
            if !missingNumbers.isEmpty, missingNumbers.contains(number) { return .missing }
            return Float(number).isFinite ? .value(number) : .infinite
        }
        let lowered = text.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
        if missingTexts.contains(lowered) { return .missing }
        let unsigned =
            lowered.first == 43 || lowered.first == 45 ? lowered.dropFirst() : lowered[...]
        return unsigned.elementsEqual("inf".utf8) || unsigned.elementsEqual("infinity".utf8)
            ? .infinite : .invalid
    }

    /// A decimal number; nil when the text is none. Beyond the range of a double it is infinite.
    ///
    /// Up to 15 digits and powers of ten up to 22 are exact in double arithmetic and take the
    /// fast way (Clinger 1990); the rest goes through the standard library.
    func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        var index = 0
        let count = text.count
        guard count > 0 else { return nil }
        let isNegative = text[0] == 45
        if isNegative || text[0] == 43 { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        let start = index
        while index < count, text[index] &- 48 < 10 {
            mantissa = mantissa &* 10 &+ UInt64(text[index] &- 48)
            index += 1
        }
        digits = index - start
        var markAt = -1
        if let thousands, index < count, text[index] == thousands { return grouped(text, thousands) }
        if index < count, text[index] == decimal {
            markAt = index
            index += 1
            let first = index
            while index < count, text[index] &- 48 < 10 {
                mantissa = mantissa &* 10 &+ UInt64(text[index] &- 48)
                index += 1
            }
            scale = first - index
            digits += index - first
        }
        guard digits > 0 else { return nil }
        var exponent = 0
        if index < count, text[index] | 32 == 101 {
            index += 1
            var isDown = false
            if index < count, text[index] == 43 || text[index] == 45 {
                isDown = text[index] == 45
                index += 1
            }
            let first = index
            while index < count, text[index] &- 48 < 10 {
                if exponent < 100_000 { exponent = exponent * 10 + Int(text[index] &- 48) }
                index += 1
            }
            guard index > first else { return nil }
            if isDown { exponent = -exponent }
        }
        guard index == count else { return nil }
        let power = scale + exponent
        if digits <= 15, power >= -22, power <= 22 {
            let magnitude = Double(mantissa)
            let value =
                power < 0 ? magnitude / Self.powers[-power] : magnitude * Self.powers[power]
            return isNegative ? -value : value
        }
        var plain = Array(text)
        if markAt >= 0 { plain[markAt] = Byte.point }
        return Double(String(decoding: plain, as: UTF8.self))
    }

    /// A number with its thousands marked: one to three digits, then groups of three.
    private func grouped(_ text: UnsafeBufferPointer<UInt8>, _ mark: UInt8) -> Double? {
        let whole = text.prefix { $0 != decimal }
        let groups = whole.split(separator: mark, omittingEmptySubsequences: false)
        let first = groups[0].drop { $0 == 45 || $0 == 43 }
        guard (1...3).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        let plain = text.filter { $0 != mark }
        return plain.withUnsafeBufferPointer(number)
    }

    /// What to do about a cell that is no number.
    func advice(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        if text.allSatisfy({ $0 &- 48 < 10 || $0 == Byte.comma || $0 == Byte.point || $0 == 45 }) {
            let mark = decimal == Byte.point ? "point" : "comma"
            return "decimals stand behind a \(mark) here; say data.decimal: \(mark == "point" ? "comma" : "point") "
                + "if they do not, or correct it"
        }
        return "correct it, or list it under data.missing if it means \"not measured\""
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
