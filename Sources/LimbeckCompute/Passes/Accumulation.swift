/// Turns `x + a · b` into a product that adds to x in place, where nothing else reads x or the
/// product: sums of products then cost no pass of their own.
///
/// Elementwise x is left alone: it joins the sum's chain.
func accumulateProducts(_ computation: Computation) -> Computation {
    let readers = computation.readerCounts
    var isRoot = [Bool](repeating: false, count: computation.nodes.count)
    for root in computation.roots { isRoot[root] = true }

    /// What these elements come from, looking through reshapes that have one reader.
    func source(_ index: Int) -> Int? {
        guard readers[index] == 1, !isRoot[index] else { return nil }
        let node = computation.nodes[index]
        return node.operation is Reshape ? source(node.operands[0]) : index
    }

    /// Sums that have become products.
    var accumulated: Set<Int> = []
    var nodes: [Computation.Node] = []
    var renamed: [Int] = []
    func append(_ operation: any Operation, _ operands: [Int], _ type: TensorType, _ path: String) -> Int {
        nodes.append(.init(operation: operation, operands: operands, type: type, path: path))
        return nodes.count - 1
    }
    func reshaped(_ node: Int, _ shape: Shape, _ path: String) -> Int {
        nodes[node].type.shape == shape
            ? node : append(Reshape(shape: shape), [node], TensorType(shape), path)
    }

    for node in computation.nodes {
        let sources = node.operands.map(source)
        let isSum = (node.operation as? Binary)?.kind == .add
        // The later of two products takes up the earlier one.
        let order = sources.count == 2 && (sources[0] ?? -1) > (sources[1] ?? -1) ? [0, 1] : [1, 0]
        let found = order.first { position in
            guard isSum, let product = sources[position], let base = sources[1 - position] else { return false }
            return product != base && computation.isProduct(product)
                && (accumulated.contains(base) || computation.mayTakeOver(base))
                && computation.nodes[product].type.shape.count == node.type.shape.count
                && computation.nodes[base].type.shape.count == node.type.shape.count
        }
        if let found, let product = sources[found] {
            let own = computation.nodes[product]
            let base = reshaped(renamed[node.operands[1 - found]], own.type.shape, node.path)
            let sum = append(
                own.operation.accumulating, own.operands.map { renamed[$0] } + [base], own.type, own.path)
            renamed.append(reshaped(sum, node.type.shape, node.path))
            accumulated.insert(renamed.count - 1)
        } else {
            renamed.append(append(node.operation, node.operands.map { renamed[$0] }, node.type, node.path))
        }
    }
    return computation.rebuilt(nodes, renamed)
}

extension Computation {
    /// How many operands each node is.
    var readerCounts: [Int] {
        var readers = [Int](repeating: 0, count: nodes.count)
        for node in nodes { for operand in node.operands { readers[operand] += 1 } }
        return readers
    }

    fileprivate func isProduct(_ index: Int) -> Bool {
        nodes[index].operation is MatMul || nodes[index].operation is SparseMix
    }

    /// Computed into memory of its own, and not by an elementwise chain.
    fileprivate func mayTakeOver(_ index: Int) -> Bool {
        let node = nodes[index]
        return !node.operands.isEmpty && !(node.operation is Pad)
            && Fused.Instruction(node.operation, a: 0, b: 0) == nil
            && node.operation.viewOffset(node.operands.map { nodes[$0].type }) == nil
    }
}

extension Operation {
    /// The same product, added to one more operand.
    fileprivate var accumulating: any Operation {
        if var product = self as? MatMul {
            product.accumulates = true
            return product
        }
        if var mix = self as? SparseMix {
            mix.accumulates = true
            return mix
        }
        return self
    }
}
