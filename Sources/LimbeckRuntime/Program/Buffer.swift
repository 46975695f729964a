/// A numbered run of floats that instructions read and write.
public struct Buffer: Hashable, Sendable {
    public enum Source: UInt8, Hashable, Sendable {
        /// The scaled history `[T, N, C]`; read only.
        case history
        /// A weight tensor; read only.
        case constant
        /// A range of the arena.
        case temporary
        /// The scaled forecast `[H, N, C]`.
        case output
    }

    public var source: Source
    /// Which weight tensor; 0 for other sources.
    public var tensor: Int
    /// First float within its source.
    public var offset: Int
    /// Floats.
    public var count: Int

    public init(_ source: Source, tensor: Int = 0, offset: Int = 0, count: Int) {
        self.source = source
        self.tensor = tensor
        self.offset = offset
        self.count = count
    }

    /// Whether both are the same floats.
    func isAt(_ other: Buffer) -> Bool {
        source == other.source && tensor == other.tensor && offset == other.offset && count == other.count
    }

    /// Whether a float belongs to both.
    func overlaps(_ other: Buffer) -> Bool {
        source == other.source && tensor == other.tensor && offset < other.offset + other.count
            && other.offset < offset + count
    }
}
