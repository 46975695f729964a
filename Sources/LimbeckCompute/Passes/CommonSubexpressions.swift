/// Computes equal operations on equal operands once.
func removeCommonSubexpressions(_ computation: Computation) -> Computation {
    struct Key: Hashable {
        var operation: AnyHashable
        var operands: [Int]
    }
    var known: [Key: Int] = [:]
    var nodes: [Computation.Node] = []
    var renamed: [Int] = []
    for node in computation.nodes {
        var kept = node
        kept.operands = node.operands.map { renamed[$0] }
        let key = Key(operation: AnyHashable(node.operation), operands: kept.operands)
        if let same = known[key] {
            renamed.append(same)
        } else {
            known[key] = nodes.count
            renamed.append(nodes.count)
            nodes.append(kept)
        }
    }
    return computation.rebuilt(nodes, renamed)
}
