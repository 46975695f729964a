/// Drops every node nothing outside depends on. Inputs and parameters stay: they are the interface.
func removeDeadCode(_ computation: Computation) -> Computation {
    var alive = [Bool](repeating: false, count: computation.nodes.count)
    for root in computation.roots { alive[root] = true }
    for index in computation.nodes.indices.reversed() {
        let node = computation.nodes[index]
        if node.operation is Input || node.operation is Parameter { alive[index] = true }
        if alive[index] { for operand in node.operands { alive[operand] = true } }
    }
    var nodes: [Computation.Node] = []
    var renamed = [Int](repeating: -1, count: computation.nodes.count)
    for (index, node) in computation.nodes.enumerated() where alive[index] {
        renamed[index] = nodes.count
        var kept = node
        kept.operands = node.operands.map { renamed[$0] }
        nodes.append(kept)
    }
    return computation.rebuilt(nodes, renamed)
}
