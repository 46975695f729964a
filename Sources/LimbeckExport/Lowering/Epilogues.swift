import LimbeckCompute
import LimbeckRuntime

/// Matrix products and convolutions followed by a bias per column and an activation that nothing else reads in between:
/// one instruction computes all of it.
struct Epilogues {
    struct Chain {
        /// A matrix product or a convolution.
        var product: Int
        /// The last node of the chain, whose value the instruction writes.
        var tail: Int
        var bias: Int?
        var activation = UnaryKind.identity
    }

    /// By tail.
    private(set) var chains: [Int: Chain] = [:]
    /// By node: computed by a chain that ends later.
    private(set) var isAbsorbed: [Bool]

    private let computation: Computation
    private var readers: [[Int]]
    private let roots: Set<Int>

    init(_ computation: Computation) {
        self.computation = computation
        isAbsorbed = Array(repeating: false, count: computation.nodes.count)
        readers = Array(repeating: [], count: computation.nodes.count)
        roots = Set(computation.outputs.map(\.node))
        for (index, node) in computation.nodes.enumerated() {
            for operand in node.operands { readers[operand].append(index) }
        }
        for (index, node) in computation.nodes.enumerated() {
            guard Self.isProduct(node.form) else { continue }
            let chain = grow(Chain(product: index, tail: index))
            if chain.bias == nil && chain.activation == .identity { continue }
            chains[chain.tail] = chain
            absorb(from: index, to: chain.tail)
        }
    }

    private func grow(_ start: Chain) -> Chain {
        var chain = start
        if let (add, bias) = biasReader(after: chain.tail) {
            chain.bias = bias
            chain.tail = add
        }
        if let reader = onlyReader(pastViews: chain.tail),
            case .unary(let kind) = computation.nodes[reader].form, let same = UnaryKind(kind),
            same != .identity
        {
            chain.activation = same
            chain.tail = reader
        }
        return chain
    }

    /// An addition of one value per column, and that value's node.
    private func biasReader(after node: Int) -> (add: Int, bias: Int)? {
        guard let reader = onlyReader(pastViews: node),
            case .binary(.add) = computation.nodes[reader].form
        else { return nil }
        let result = computation.nodes[reader].type.shape
        let operands = computation.nodes[reader].operands
        let columns = computation.nodes[node].type.shape[-1]
        for (product, bias) in [(operands[0], operands[1]), (operands[1], operands[0])] {
            guard leads(from: node, to: product),
                computation.nodes[product].type.shape.count == result.count,
                let pattern = computation.nodes[bias].type.shape.pattern(in: result),
                pattern.period == columns, pattern.inner == 1
            else { continue }
            return (reader, bias)
        }
        return nil
    }

    /// The one node that reads `node`, looking through reshapes that nothing else reads.
    private func onlyReader(pastViews node: Int) -> Int? {
        guard readers[node].count == 1, !roots.contains(node) else { return nil }
        let reader = readers[node][0]
        return isView(reader) ? onlyReader(pastViews: reader) : reader
    }

    private func leads(from node: Int, to operand: Int) -> Bool {
        var current = operand
        while current != node, isView(current) { current = computation.nodes[current].operands[0] }
        return current == node
    }

    private static func isProduct(_ form: OperationForm) -> Bool {
        switch form {
        case .matmul, .convolution: true
        default: false
        }
    }

    private func isView(_ node: Int) -> Bool { computation.nodes[node].form == .reshape }

    private mutating func absorb(from first: Int, to tail: Int) {
        var current = first
        while current != tail {
            isAbsorbed[current] = true
            current = readers[current][0]
        }
    }
}
