/// Distinct strings of bytes, numbered in the order they came; a look-up allocates nothing.
struct ByteTable {
    private var bytes: [UInt8] = []
    /// String `code` ends at `ends[code]`, where the next begins.
    private var ends: [Int] = []
    private var hashes: [Int] = []
    /// Open addressing; -1 is free. At most half are taken.
    private var slots = [Int32](repeating: -1, count: 64)
    private var last = -1
    private let limit: Int
    /// Drawn anew, so that no file can be made of strings that collide.
    private let seed = UInt64.random(in: .min ... .max)

    /// Throws `ParquetDamage` from `code(of:)` when the strings grow past `limit` bytes together.
    init(limit: Int) { self.limit = limit }

    var count: Int { ends.count }

    /// The number of a string, a new one where it is new.
    mutating func code(of text: UnsafeRawBufferPointer) throws -> Int32 {
        // Rows mostly come in cycles or runs, so those are tried before the table.
        if !ends.isEmpty {
            let next = last + 1 < ends.count ? last + 1 : 0
            if holds(next, text) {
                last = next
                return Int32(truncatingIfNeeded: next)
            }
            if holds(last, text) { return Int32(truncatingIfNeeded: last) }
        }
        let hash = hash(text)
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let code = Int(slots[slot])
            if hashes[code] == hash, holds(code, text) {
                last = code
                return slots[slot]
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard text.count <= limit - bytes.count, ends.count < Int32.max else {
            throw ParquetDamage("its texts are longer than a file of this size can hold")
        }
        last = ends.count
        slots[slot] = Int32(truncatingIfNeeded: last)
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        hashes.append(hash)
        if 2 * ends.count > slots.count { rehash() }
        return Int32(truncatingIfNeeded: last)
    }

    /// Each string in order, through `body`.
    func map<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> [R] {
        try bytes.withUnsafeBytes { bytes in
            try ends.indices.map { try body(UnsafeRawBufferPointer(rebasing: bytes[range($0)])) }
        }
    }

    private func range(_ code: Int) -> Range<Int> { (code == 0 ? 0 : ends[code - 1])..<ends[code] }

    private func holds(_ code: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = range(code)
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBytes { known in
            var place = 0
            while place + 8 <= text.count {
                let one = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                guard one == known.loadUnaligned(fromByteOffset: range.lowerBound + place, as: UInt64.self) else {
                    return false
                }
                place += 8
            }
            while place < text.count {
                guard text[place] == known[range.lowerBound + place] else { return false }
                place += 1
            }
            return true
        }
    }

    /// Eight bytes at a time, both halves of a wide product mixed.
    private func hash(_ text: UnsafeRawBufferPointer) -> Int {
        var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
        func mix(_ word: UInt64) {
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low &+ seed
        }
        var place = 0
        while place + 8 <= text.count {
            mix(text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var tail: UInt64 = 0
        while place < text.count {
            tail = tail << 8 | UInt64(text[place])
            place += 1
        }
        mix(tail)
        mix(seed)
        return Int(truncatingIfNeeded: hash & UInt64(Int.max))
    }

    private mutating func rehash() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        for (code, hash) in hashes.enumerated() {
            var slot = hash & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }
}
