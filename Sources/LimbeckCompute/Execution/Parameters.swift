import CLimbeckKernels

/// The values of a model's parameters and states, in one slab: trainable ones first, so that an
/// optimiser walks them in one pass. Several executables may share it; one runs at a time.
public final class Parameters: @unchecked Sendable {
    public struct Entry: Hashable, Sendable {
        public var path: String
        public var shape: Shape
        public var isTrainable: Bool
        var offset: Int
    }

    public private(set) var entries: [Entry] = []
    private var indexByPath: [String: Int] = [:]
    /// Elements of the slab, padding included, and of its trainable head.
    public let slabCount: Int
    public let trainableSlabCount: Int
    let slab: UnsafeMutablePointer<Float>

    /// Initial values depend on `seed` and each path only.
    public init(_ declarations: [ParameterDeclaration], seed: UInt64) {
        var offset = 0
        var trainableEnd = 0
        var initial: [(Entry, Initializer)] = []
        for wantTrainable in [true, false] {
            for declaration in declarations where (declaration.kind == .trainable) == wantTrainable {
                let entry = Entry(
                    path: declaration.path, shape: declaration.shape, isTrainable: wantTrainable,
                    offset: offset)
                indexByPath[declaration.path] = entries.count
                entries.append(entry)
                initial.append((entry, declaration.initial))
                offset += Self.slabCount(of: declaration.shape)
            }
            if wantTrainable { trainableEnd = offset }
        }
        slabCount = offset
        trainableSlabCount = trainableEnd
        guard let memory = lk_allocate(max(1, offset)) else {
            preconditionFailure("Parameters: no memory for \(offset) numbers")
        }
        slab = memory
        for (entry, initializer) in initial {
            initializer.fill(buffer(entry), seed: seed, path: entry.path)
        }
    }

    deinit { lk_release(slab) }

    /// Elements a shape takes in the slab: whole cache lines.
    static func slabCount(of shape: Shape) -> Int { (shape.count + 15) / 16 * 16 }

    /// Numbers that training changes.
    public var trainableCount: Int {
        entries.reduce(0) { $0 + ($1.isTrainable ? $1.shape.count : 0) }
    }

    public var count: Int { entries.reduce(0) { $0 + $1.shape.count } }

    func buffer(_ entry: Entry) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: slab + entry.offset, count: entry.shape.count)
    }

    public func contains(_ path: String) -> Bool { indexByPath[path] != nil }

    func offset(_ path: String) -> Int? { indexByPath[path].map { entries[$0].offset } }

    public func entry(_ path: String) -> Entry? { indexByPath[path].map { entries[$0] } }

    /// The values at a path; setting needs the same count.
    public subscript(path: String) -> [Float]? {
        get { entry(path).map { Array(buffer($0)) } }
        set {
            guard let newValue, let entry = entry(path) else { return }
            precondition(
                newValue.count == entry.shape.count,
                "parameter \(path): \(newValue.count) values for \(entry.shape)")
            _ = buffer(entry).update(from: newValue)
        }
    }

    /// The whole slab, for checkpoints and averaging.
    public var values: [Float] {
        get { Array(UnsafeBufferPointer(start: slab, count: slabCount)) }
        set {
            precondition(newValue.count == slabCount, "Parameters: \(newValue.count) values for \(slabCount)")
            newValue.withUnsafeBufferPointer { source in
                if let base = source.baseAddress { slab.update(from: base, count: slabCount) }
            }
        }
    }
}
