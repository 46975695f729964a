extension Computation {
    /// The inference computation with its parameters as they are now: common subexpressions
    /// computed once, dead code gone, and everything that depends on no input computed and held
    /// as constants. Elementwise chains stay unfused, so that other machines can be written for.
    ///
    /// Repetitions (`spread`, `broadcast`) of constants stay: a bias is stored once, not per row.
    package func frozen(_ parameters: Parameters, pool: WorkerPool) -> Computation {
        let lean = removeDeadCode(removeCommonSubexpressions(self))
        return removeDeadCode(ConstantFolding(lean).run(parameters, pool))
    }
}

private struct ConstantFolding {
    let computation: Computation
    /// By node: depends on no input, and is no repetition.
    private var isFoldable: [Bool] = []
    /// Foldable nodes whose value something that stays reads.
    private var frontier: [Int] = []

    init(_ computation: Computation) {
        self.computation = computation
        for node in computation.nodes {
            switch node.operation {
            case is Input, is Dropout, is Spread, is Broadcast, is Whole: isFoldable.append(false)
            default: isFoldable.append(node.operands.allSatisfy { isFoldable[$0] })
            }
        }
        var isRead = [Bool](repeating: false, count: computation.nodes.count)
        for root in computation.roots { isRead[root] = true }
        for (index, node) in computation.nodes.enumerated() where !isFoldable[index] {
            for operand in node.operands { isRead[operand] = true }
        }
        frontier = computation.nodes.indices.filter { isFoldable[$0] && isRead[$0] }
    }

    func run(_ parameters: Parameters, _ pool: WorkerPool) -> Computation {
        var constants = Computation()
        constants.nodes = computation.nodes
        constants.parameters = computation.parameters
        constants.outputs = frontier.map { (name: "\($0)", node: $0) }
        let executable = Executable(removeInputs(constants), parameters: parameters, pool: pool)
        executable.run()
        var folded = computation
        for index in frontier {
            guard let values = executable.output("\(index)") else { continue }
            let shape = computation.nodes[index].type.shape
            folded.nodes[index].operation = Constant(values: Array(values), shape: shape)
            folded.nodes[index].operands = []
        }
        return folded
    }

    /// Only what the frontier is computed from.
    private func removeInputs(_ computation: Computation) -> Computation {
        var nodes: [Computation.Node] = []
        var renamed = [Int](repeating: -1, count: computation.nodes.count)
        for (index, node) in computation.nodes.enumerated() where isFoldable[index] {
            renamed[index] = nodes.count
            var kept = node
            kept.operands = node.operands.map { renamed[$0] }
            nodes.append(kept)
        }
        return computation.rebuilt(nodes, renamed)
    }
}
