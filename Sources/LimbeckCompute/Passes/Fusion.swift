/// Joins elementwise operations into chains that are computed tile by tile.
///
/// An operation joins its reader's chain when that is its only reader, or when it is cheap enough
/// to compute again in each and its result is stored for none; otherwise its result is stored once.
/// Reshapes between elementwise operations are looked through.
func fuseElementwise(_ computation: Computation) -> Computation {
    Fusion(computation).run()
}

private struct Fusion {
    let computation: Computation
    var readers: [Int]
    var isRoot: Set<Int>
    /// Something other than an elementwise operation reads it.
    var isStored: [Bool]

    init(_ computation: Computation) {
        self.computation = computation
        readers = computation.readerCounts
        isRoot = Set(computation.roots)
        isStored = [Bool](repeating: false, count: computation.nodes.count)
        for (index, node) in computation.nodes.enumerated().reversed() {
            if isRoot.contains(index) { isStored[index] = true }
            let isPassedOn = node.operation is Reshape && !isStored[index]
            if isPassedOn || Fused.Instruction(node.operation, a: 0, b: 0) != nil { continue }
            for operand in node.operands { isStored[operand] = true }
        }
    }

    func isElementwise(_ index: Int) -> Bool {
        Fused.Instruction(computation.nodes[index].operation, a: 0, b: 0) != nil
    }

    /// The node whose elements these are, looking through reshapes.
    func source(_ index: Int) -> Int {
        computation.nodes[index].operation is Reshape ? source(computation.nodes[index].operands[0]) : index
    }

    /// What a node pads with zeros along its leading axis, and the elements of the node it covers.
    func padded(_ index: Int) -> (operand: Int, window: Range<Int>)? {
        let node = computation.nodes[index]
        guard let pad = node.operation as? Pad, node.type.shape.count(0..<pad.axis) == 1 else { return nil }
        let begin = pad.before * node.type.shape.count(pad.axis + 1..<node.type.shape.rank)
        let operand = node.operands[0]
        return (operand, begin..<begin + computation.nodes[operand].type.shape.count)
    }

    func joins(_ index: Int, reader: Int) -> Bool {
        guard isElementwise(index), !isRoot.contains(index) else { return false }
        if readers[index] == 1 { return true }
        let node = computation.nodes[index]
        // What is stored anyway is read, unless it is repeated from something smaller.
        if isStored[index], node.operands.contains(where: { size($0) == size(index) }) { return false }
        return node.operation.isCheap && depth(index) <= 3
    }

    private func size(_ index: Int) -> Int { computation.nodes[index].type.shape.count }

    /// How many elementwise operations a repeated computation would repeat.
    func depth(_ index: Int) -> Int {
        guard isElementwise(index) else { return 0 }
        let node = computation.nodes[index]
        if !node.operation.isCheap { return 100 }
        return 1 + node.operands.reduce(0) { $0 + (readers[source($1)] == 1 ? depth(source($1)) : 0) }
    }

    func run() -> Computation {
        var nodes: [Computation.Node] = []
        var renamed: [Int] = []
        for (index, node) in computation.nodes.enumerated() {
            var kept = node
            if isElementwise(index), node.type.shape.count > 0,
                var chain = Chain(shape: node.type.shape, fusion: self, root: index)
            {
                chain.removeRepeats()
                kept.operation = chain.fused
                kept.operands = chain.leaves.map { renamed[$0] }
            } else {
                kept.operands = node.operands.map { renamed[$0] }
            }
            renamed.append(nodes.count)
            nodes.append(kept)
        }
        return computation.rebuilt(nodes, renamed)
    }
}

/// A chain being collected, from its result towards its operands.
private struct Chain {
    let shape: Shape
    var leaves: [Int] = []
    var patterns: [BroadcastPattern] = []
    var windows: [Int: Range<Int>] = [:]
    /// Operands are (isLeaf, index) until the leaf count is known.
    var steps: [(code: Fused.Instruction.Code, a: Reference, b: Reference)] = []

    enum Reference: Hashable {
        case leaf(Int)
        case step(Int)
    }

    init?(shape: Shape, fusion: Fusion, root: Int) {
        self.shape = shape
        guard case .step = collect(root, fusion, budget: Fused.maximumRegisters - 8) else { return nil }
    }

    var fused: Fused {
        func register(_ reference: Reference) -> Int {
            switch reference {
            case .leaf(let index): index
            case .step(let index): leaves.count + index
            }
        }
        return Fused(
            shape: shape, patterns: patterns, windows: windows,
            instructions: steps.map { .init(code: $0.code, a: register($0.a), b: register($0.b)) })
    }

    private mutating func leaf(
        _ index: Int, _ pattern: BroadcastPattern, window: Range<Int>? = nil
    ) -> Reference {
        for (known, other) in zip(leaves, patterns).enumerated()
        where other == (index, pattern) && windows[known] == window {
            return .leaf(known)
        }
        leaves.append(index)
        patterns.append(pattern)
        if let window { windows[leaves.count - 1] = window }
        return .leaf(leaves.count - 1)
    }

    private mutating func collect(_ index: Int, _ fusion: Fusion, budget: Int) -> Reference? {
        let node = fusion.computation.nodes[index]
        guard let empty = Fused.Instruction(node.operation, a: 0, b: 0) else { return nil }
        var operands: [Reference] = []
        for operand in node.operands {
            let source = fusion.source(operand)
            let operandShape = fusion.computation.nodes[operand].type.shape
            // Only operands as large as the result are computed in place: smaller ones are read.
            let inPlace =
                operandShape.count == shape.count && fusion.computation.nodes[operand].type.element == .float32
                && leaves.count + steps.count < budget
                && (operand == source || fusion.readers[operand] == 1) && fusion.joins(source, reader: index)
            if inPlace, let reference = collect(source, fusion, budget: budget - 3) {
                operands.append(reference)
            } else if operandShape.count == shape.count, let padded = fusion.padded(source) {
                let pattern = BroadcastPattern(inner: 1, period: shape.count)
                operands.append(leaf(padded.operand, pattern, window: padded.window))
            } else if let pattern = operandShape.pattern(in: node.type.shape) {
                let full = node.type.shape.count == shape.count ? pattern : nil
                guard let full else { return nil }
                operands.append(leaf(operand, full))
            } else {
                return nil
            }
        }
        let a = operands.first ?? .leaf(0)
        steps.append((empty.code, a, operands.count > 1 ? operands[1] : a))
        return .step(steps.count - 1)
    }

    /// A cheap operation reached twice is computed once.
    mutating func removeRepeats() {
        var kept: [(code: Fused.Instruction.Code, a: Reference, b: Reference)] = []
        var renamed: [Reference] = []
        func follow(_ reference: Reference) -> Reference {
            if case .step(let index) = reference { return renamed[index] }
            return reference
        }
        for step in steps {
            let (a, b) = (follow(step.a), follow(step.b))
            if let same = kept.firstIndex(where: { $0.code == step.code && $0.a == a && $0.b == b }) {
                renamed.append(.step(same))
            } else {
                kept.append((step.code, a, b))
                renamed.append(.step(kept.count - 1))
            }
        }
        steps = kept
    }
}
