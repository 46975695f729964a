/// How text becomes numbers.
public struct TextChoice: Codable, Hashable, Sendable {
    /// The column of text; empty: the only one that is neither time nor place.
    public var column = ""
    /// Numbers that each text is told by (``TextHash``); 0: the file holds no text.
    public var hashed = 0

    public init() {}

    func check() throws {
        guard (0...4096).contains(hashed) else {
            throw DataError(
                .badConfiguration, "data.text.hashed: \(hashed) numbers cannot be; give 1 to 4096, such as 64.")
        }
    }
}

/// Text as a vector of fixed width, without a vocabulary (feature hashing: Weinberger et al. 2009).
///
/// Words are runs of letters and digits, in lower case. Each adds +1 or −1, by the lowest bit of its FNV-1a hash of 64
/// bits over UTF-8, at the place that the other bits name modulo the width; the sum is divided by its length (ℓ²).
/// Texts of the same words are the same; a device or another language needs these three lines and no table.
public enum TextHash {
    public static func vector(_ text: String, width: Int) -> [Float] {
        var sum = [Float](repeating: 0, count: width)
        guard width > 0 else { return sum }
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            sum[Int((hash >> 1) % UInt64(width))] += hash & 1 == 0 ? 1 : -1
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return sum }
        return sum.map { $0 / length }
    }
}
