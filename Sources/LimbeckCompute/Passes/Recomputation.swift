/// Computes cheap large values again where the backward pass reads them, instead of keeping them:
/// elementwise results, and products of few terms, whose operands are kept anyway.
///
/// What is computed again inside a slab group never leaves the cache, so this saves traffic as well
/// as memory.
func recomputeCheap(_ computation: Computation) -> Computation { recomputeCheap(computation, leastCount: 65_536) }

/// - Parameter leastCount: elements of a value that is worth an operation.
func recomputeCheap(_ computation: Computation, leastCount: Int) -> Computation {
    Recomputation(computation, leastCount: leastCount).run()
}

private struct Recomputation {
    let computation: Computation
    let isView: [Bool]
    /// The last node that reads each node's memory.
    private var last: [Int]
    /// The node at which most memory is in use: what follows reads again.
    private var summit = 0
    private var isRoot: [Bool]

    private let leastCount: Int
    /// Terms of a product that costs about as much as reading its result.
    private static let mostTerms = 32

    init(_ computation: Computation, leastCount: Int) {
        self.leastCount = leastCount
        let nodes = computation.nodes
        self.computation = computation
        isView = nodes.map { $0.operation.viewOffset($0.operands.map { nodes[$0].type }) != nil }
        last = Array(nodes.indices)
        isRoot = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for operand in node.operands { last[owner(operand)] = max(last[owner(operand)], index) }
        }
        for root in computation.roots {
            last[owner(root)] = nodes.count
            isRoot[owner(root)] = true
        }
        summit = findSummit()
    }

    private func owner(_ index: Int) -> Int {
        isView[index] ? owner(computation.nodes[index].operands[0]) : index
    }

    private func findSummit() -> Int {
        var change = [Int](repeating: 0, count: computation.nodes.count + 2)
        for (index, node) in computation.nodes.enumerated() where !isView[index] && !node.operands.isEmpty {
            change[index] += node.type.shape.count
            change[last[index] + 1] -= node.type.shape.count
        }
        var live = 0, most = 0, summit = 0
        for index in computation.nodes.indices {
            live += change[index]
            if live > most { (most, summit) = (live, index) }
        }
        return summit
    }

    /// What is computed again, and how many products in a row that takes.
    private var repeated: [Int: Int] {
        var firstReader = [Int](repeating: Int.max, count: computation.nodes.count)
        for index in computation.nodes.indices.reversed() where index > summit && !isView[index] {
            for operand in computation.nodes[index].operands { firstReader[owner(operand)] = index }
        }
        var repeated: [Int: Int] = [:]
        for (index, node) in computation.nodes.enumerated() where index < summit && !isView[index] {
            let reader = firstReader[index]
            guard reader < Int.max, !isRoot[index], node.type.shape.count >= leastCount,
                isCheap(node)
            else { continue }
            var products = node.operation is MatMul ? 1 : 0
            let isReadable = node.operands.allSatisfy { operand in
                let owner = owner(operand)
                if let below = repeated[owner] {
                    products += below
                    return true
                }
                return computation.nodes[owner].operands.isEmpty || last[owner] > reader
            }
            if isReadable, products <= 1 { repeated[index] = products }
        }
        return repeated
    }

    private func isCheap(_ node: Computation.Node) -> Bool {
        if Fused.Instruction(node.operation, a: 0, b: 0) != nil { return !node.operands.isEmpty }
        guard let product = node.operation as? MatMul, !product.accumulates, !product.transposeA else { return false }
        let extents = product.extents(node.operands.map { computation.nodes[$0].type })
        return extents.batch.rank == 0 && extents.k <= Self.mostTerms
    }

    func run() -> Computation {
        let repeated = repeated
        if repeated.isEmpty { return computation }
        var nodes: [Computation.Node] = []
        var renamed: [Int] = []
        var again: [Int: Int] = [:]

        /// The node as the backward pass reads it.
        func late(_ index: Int) -> Int {
            if let known = again[index] { return known }
            guard repeated[owner(index)] != nil else { return renamed[index] }
            var node = computation.nodes[index]
            let source = computation.nodes[node.operands[0]]
            if node.operation is Slice, source.operands.allSatisfy({ computation.nodes[$0].type == source.type }),
                Fused.Instruction(source.operation, a: 0, b: 0) != nil
            {
                // Of an elementwise result only the part that is read.
                let parts = source.operands.map { operand in
                    let part = late(operand)
                    nodes.append(.init(operation: node.operation, operands: [part], type: node.type, path: node.path))
                    return nodes.count - 1
                }
                node.operation = source.operation
                node.operands = parts
            } else {
                node.operands = node.operands.map(late)
            }
            nodes.append(node)
            again[index] = nodes.count - 1
            return nodes.count - 1
        }
        for (index, node) in computation.nodes.enumerated() {
            var kept = node
            kept.operands = index > summit ? node.operands.map(late) : node.operands.map { renamed[$0] }
            renamed.append(nodes.count)
            nodes.append(kept)
        }
        return computation.rebuilt(nodes, renamed)
    }
}
