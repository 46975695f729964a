import Foundation

/// A 64-bit hash of what a file depends on, to tell whether it may be used again. Not for security.
struct Fingerprint {
    private(set) var value: UInt64 = 0x4C69_6D62_6563_6B01

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
    }

    mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

    /// Its length goes before it, so that no two lists of texts run together.
    mutating func add(_ text: String) {
        add(text.utf8.count)
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    mutating func add(_ texts: [String]) { for text in texts { add(text) } }

    /// A configuration by its JSON with sorted keys: what is equal there is equal here, in every process.
    mutating func add(encoded configuration: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        add(String(decoding: try encoder.encode(configuration), as: UTF8.self))
    }
    mutating func add(_ numbers: [Float]) { for number in numbers { add(UInt64(number.bitPattern)) } }
}
