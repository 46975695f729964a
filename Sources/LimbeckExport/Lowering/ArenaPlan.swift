import LimbeckRuntime

/// Where temporaries live: those that live at different times share memory.
///
/// Elementwise results take the place of an operand that ends there; then groups are placed
/// largest first at the lowest offset free for their whole lifetime (greedy by size; Pisarchyk &
/// Lee 2020), on multiples of 16 floats.
struct ArenaPlan {
    /// With every offset filled in.
    private(set) var buffers: [Buffer]
    /// Floats of the arena.
    private(set) var count = 0

    private struct Lifetime {
        /// First writer and last reader, by instruction.
        var first, last: Int
    }

    init(_ buffers: [Buffer], _ instructions: [Instruction]) {
        self.buffers = buffers
        var lifetimes = [Lifetime?](repeating: nil, count: buffers.count)
        for (time, instruction) in instructions.enumerated() {
            for buffer in instruction.reads { lifetimes[buffer]?.last = time }
            if let scratch = instruction.scratch {
                lifetimes[scratch] = Lifetime(first: time, last: time)
            }
            let output = instruction.write
            if lifetimes[output] == nil { lifetimes[output] = Lifetime(first: time, last: time) }
        }

        /// The buffer whose place each buffer takes.
        var holder = Array(buffers.indices)
        for (time, instruction) in instructions.enumerated() {
            let output = instruction.write
            guard buffers[output].source == .temporary, lifetimes[output]?.first == time else {
                continue
            }
            let ending = instruction.inPlace.first {
                buffers[$0].source == .temporary && buffers[$0].count == buffers[output].count
                    && lifetimes[$0]?.last == time
            }
            if let ending, let last = lifetimes[output]?.last {
                holder[output] = holder[ending]
                lifetimes[holder[ending]]?.last = last
            }
        }
        place(lifetimes, holder)
    }

    private mutating func place(_ lifetimes: [Lifetime?], _ holder: [Int]) {
        let holders = buffers.indices.filter {
            buffers[$0].source == .temporary && holder[$0] == $0
        }
        var placed: [(begin: Int, end: Int, lifetime: Lifetime)] = []
        for buffer in holders.sorted(by: { (buffers[$1].count, $0) < (buffers[$0].count, $1) }) {
            guard let own = lifetimes[buffer] else { continue }
            let size = (buffers[buffer].count + 15) / 16 * 16
            let alive = placed.filter {
                $0.lifetime.first <= own.last && own.first <= $0.lifetime.last
            }
            var begin = 0
            for other in alive.sorted(by: { $0.begin < $1.begin })
            where begin + size > other.begin {
                begin = max(begin, other.end)
            }
            placed.append((begin, begin + size, own))
            buffers[buffer].offset = begin
            count = max(count, begin + size)
        }
        for buffer in buffers.indices where buffers[buffer].source == .temporary {
            buffers[buffer].offset = buffers[holder[buffer]].offset
        }
    }
}
