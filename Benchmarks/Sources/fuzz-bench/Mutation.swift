/// Ways to damage a file. Most know its structure; one does not.
enum Mutation: CaseIterable {
    /// Any byte of the file.
    case byte
    /// A word of header or section table.
    case table
    /// A word of a section, set to a value that is often wrong.
    case word
    /// A word of a section, moved a little.
    case nudge
    /// A run of a section, from another place of it.
    case copy
    /// A run from the same section of another file.
    case splice
    /// Words taken out of a section, which becomes shorter.
    case remove
    /// The file's end cut off.
    case cut

    /// The program and the weights' table are where most checks are.
    private static let favoured = [1, 1, 1, 1, 2, 2, 0, 3, 4, 5, 6, 7]

    private static let values: [UInt32] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 31, 32, 63, 64, 127, 128, 255, 256, 0x7fff,
        0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x3f80_0000, 0x7f80_0000,
        0xff80_0000, 0x7fc0_0000, 0x0001_0001,
    ]

    func apply(_ file: inout FileParts, other: FileParts, _ random: inout some RandomNumberGenerator) {
        func below(_ count: Int, _ random: inout some RandomNumberGenerator) -> Int {
            count > 0 ? Int.random(in: 0..<count, using: &random) : 0
        }
        let number = Self.favoured.randomElement(using: &random) ?? 1
        let range = file.section(number)
        let place = range.lowerBound + 4 * below(range.count / 4, &random)
        switch self {
        case .byte:
            if !file.bytes.isEmpty {
                file.bytes[below(file.bytes.count, &random)] = UInt8.random(in: 0...255, using: &random)
            }
        case .table:
            file.put(
                Self.values.randomElement(using: &random) ?? 0,
                4 * below(FileParts.header / 4 + file.sectionCount * 8, &random))
        case .word:
            file.put(Self.values.randomElement(using: &random) ?? 0, place)
        case .nudge:
            file.put(file.word(place) &+ UInt32(truncatingIfNeeded: Int.random(in: -3...3, using: &random)), place)
        case .copy, .splice:
            let source = self == .copy ? file : other
            let from = source.section(number)
            let count = min(1 + below(12, &random), from.count / 4, (range.upperBound - place) / 4)
            let start = from.lowerBound + 4 * below(from.count / 4 - count + 1, &random)
            for index in 0..<max(count, 0) { file.put(source.word(start + index * 4), place + index * 4) }
        case .remove:
            let count = min(4 * (1 + below(3, &random)), range.upperBound - place)
            guard count > 0 else { return }
            let tail = Array(file.bytes[(place + count)..<range.upperBound])
            file.bytes.replaceSubrange(place..<place + tail.count, with: tail)
            file.put(UInt32(range.count - count), FileParts.header + number * FileParts.entry + 16)
        case .cut:
            file.bytes.removeLast(below(file.bytes.count, &random))
        }
    }
}

/// Small, seeded, the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
