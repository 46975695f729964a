/// A student program: instructions in order, over numbered buffers of static size.
public struct Program: Hashable, Sendable {
    public var buffers: [Buffer]
    public var instructions: [Instruction]
    /// Floats that temporaries share; their offsets are planned by who writes the file.
    public var arena: Int

    public init(buffers: [Buffer] = [], instructions: [Instruction] = [], arena: Int = 0) {
        self.buffers = buffers
        self.instructions = instructions
        self.arena = arena
    }

    /// Adds a buffer and returns its number.
    public mutating func add(_ buffer: Buffer) -> Int {
        buffers.append(buffer)
        return buffers.count - 1
    }

    /// Adds a temporary at the end of the arena, 16 floats aligned, and returns its number.
    public mutating func addTemporary(count: Int) -> Int {
        let offset = arena
        arena += (count + 15) / 16 * 16
        return add(Buffer(.temporary, offset: offset, count: count))
    }
}
