/// A rewriting of a computation that keeps its outputs.
struct Pass {
    var name: String
    var run: @Sendable (Computation) -> Computation

    /// In the order in which they help each other.
    static let standard = passes()

    /// With cheap values computed again rather than kept.
    static let saving = passes(recomputation)

    private static let recomputation = Pass(name: "recomputation", run: recomputeCheap)

    private static func passes(_ more: Pass...) -> [Pass] {
        [
            Pass(name: "common subexpressions", run: removeCommonSubexpressions),
            Pass(name: "dead code", run: removeDeadCode),
            Pass(name: "accumulation", run: accumulateProducts),
            Pass(name: "dead code", run: removeDeadCode),
        ] + more + [
            Pass(name: "dead code", run: removeDeadCode),
            Pass(name: "fusion", run: fuseElementwise),
            Pass(name: "dead code", run: removeDeadCode),
        ]
    }
}

extension Computation {
    /// Every pass, in order.
    func optimized(_ passes: [Pass] = Pass.standard) -> Computation {
        passes.reduce(self) { $1.run($0) }
    }

    /// The computation with `nodes` in place of its own, references following `renamed`.
    func rebuilt(_ nodes: [Node], _ renamed: [Int]) -> Computation {
        var result = self
        result.nodes = nodes
        result.outputs = outputs.map { ($0.name, renamed[$0.node]) }
        result.assignments = assignments.map { ($0.state, renamed[$0.node]) }
        result.gradients = gradients.map { ($0.parameter, renamed[$0.node]) }
        return result
    }
}

extension Computation {
    /// The cost after every pass: what an executable of it would do.
    public var optimizedCost: Cost { optimized().cost }
}
