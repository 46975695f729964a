/// Reverse-mode differentiation: adds the gradient's own operations to the trace.
enum Differentiation {
    /// d loss / d target for each target; zeros where the loss does not depend on it.
    static func gradients(of loss: Tensor, for targets: [Tensor]) -> [Tensor] {
        precondition(loss.shape.count == 1, "differentiate: the loss has shape \(loss.shape), not one value")
        let trace = loss.trace
        let needed = ancestors(of: targets.map(\.id), upTo: loss.id, in: trace)
        var sums: [Int: Tensor] = [loss.id: trace.constant([1], loss.shape)]
        for id in stride(from: loss.id, through: 0, by: -1) {
            guard needed.contains(id), let upstream = sums[id] else { continue }
            let node = trace.computation.nodes[id]
            if node.operands.isEmpty { continue }
            trace.path = node.path
            let operands = node.operands.map { Tensor(trace: trace, id: $0) }
            let parts = node.operation.gradient(
                GradientSite(
                    operands: operands, result: Tensor(trace: trace, id: id), upstream: upstream))
            for (operand, part) in zip(operands, parts) {
                guard let part, needed.contains(operand.id) else { continue }
                precondition(
                    part.shape == operand.shape,
                    "gradient of \(node.operation.name): \(part.shape) for an operand of \(operand.shape)")
                sums[operand.id] = sums[operand.id].map { $0 + part } ?? part
            }
        }
        return targets.map { target in
            sums[target.id]
                ?? trace.constant([Float](repeating: 0, count: target.shape.count), target.shape)
        }
    }

    /// Nodes on a path from a target to the loss: only these carry gradient.
    private static func ancestors(of targets: [Int], upTo loss: Int, in trace: Trace) -> Set<Int> {
        var carrying = Set(targets)
        for id in 0...loss
        where trace.computation.nodes[id].operands.contains(where: carrying.contains) {
            carrying.insert(id)
        }
        return carrying
    }
}
