/// What an executable does in a step, in order: why it is fast, or where its time goes.
public struct Explanation: Sendable {
    public struct Entry: Sendable {
        /// What is computed together; one name where nothing is.
        public var operations: [String]
        /// The scope of the first.
        public var path: String
        /// Rows a group is cut into and rows of one slab; nil for an operation that runs whole.
        public var slabs: (rows: Int, slabRows: Int)?
        public var flops: Int
        /// Read and written in memory; what stays in a worker's cache is not counted.
        public var bytes: Int
        public var isParallel: Bool
        /// Of one step, where it was measured.
        public var microseconds: Double?
    }

    /// A value in the arena.
    public struct Value: Sendable {
        public var operation: String
        public var path: String
        public var shape: Shape
        /// From the entry that writes it to the last that reads it.
        public var alive: ClosedRange<Int>
    }

    public var entries: [Entry]
    /// What is alive where most of the arena is in use, the largest first.
    public var fullest: [Value]
    public var arenaBytes: Int
    /// Of each worker, for what lives during one slab.
    public var slabBytes: Int
    public var parameterCount: Int
    public var traced: Int

    public var flops: Int { entries.reduce(0) { $0 + $1.flops } }
    public var bytes: Int { entries.reduce(0) { $0 + $1.bytes } }
    public var operations: Int { entries.reduce(0) { $0 + $1.operations.count } }
}

extension Executable {
    /// The plan of a step, optimiser included.
    public var explanation: Explanation {
        let nodes = computation.nodes
        var entries: [Explanation.Entry] = []
        var index = 0
        var groups = plan.groups[...]
        while index < nodes.count {
            if let group = groups.first, group.nodes.lowerBound == index {
                groups = groups.dropFirst()
                entries.append(entry(group.nodes, (group.rows, group.slabRows)))
                index = group.nodes.upperBound
            } else {
                let one = entry(index..<index + 1, nil)
                if !one.operations.isEmpty { entries.append(one) }
                index += 1
            }
        }
        if let optimizer {
            let count = optimizer.count
            entries.append(
                .init(
                    operations: ["clip", rule.kind.rawValue], path: "optimizer", flops: 14 * count, bytes: 32 * count,
                    isParallel: 4 * count >= Kernel.parallelThreshold))
        }
        return Explanation(
            entries: entries, fullest: plan.fullest(computation), arenaBytes: arenaBytes, slabBytes: 4 * plan.slabCount,
            parameterCount: parameters.trainableCount, traced: tracedCount)
    }

    private func entry(_ range: Range<Int>, _ slabs: (Int, Int)?) -> Explanation.Entry {
        let nodes = computation.nodes
        var entry = Explanation.Entry(
            operations: [], path: "", slabs: slabs, flops: 0, bytes: 0,
            isParallel: kernels(ofNode: range.lowerBound).contains { $0.isParallel })
        var counted = Set<Int>()
        func count(_ index: Int) {
            let owner = plan.owner(index)
            if case .local = plan.places[owner] { return }
            if counted.insert(index).inserted { entry.bytes += 4 * nodes[index].type.shape.count }
        }
        for index in range {
            let node = nodes[index], operandTypes = node.operands.map { nodes[$0].type }
            let isLeaf = node.operation is Input || node.operation is Parameter || node.operation is Constant
            if isLeaf || node.operation.viewOffset(operandTypes) != nil { continue }
            if entry.operations.isEmpty { entry.path = node.path }
            entry.operations.append(node.operation.name)
            entry.flops += node.operation.cost(operandTypes, node.type).flops
            node.operands.forEach(count)
            count(index)
        }
        return entry
    }

    /// Runs one step as `run` does, timing each entry of the explanation; barriers included.
    public func profiled(rate: Float = 0, seed: UInt32 = 0) -> Explanation {
        var result = explanation
        let times = timedRun(rate: rate, seed: seed)
        // An entry's kernels carry its first node; the optimiser's and the copies before it none.
        let nodes = computation.nodes
        var starts: [Int] = []
        var index = 0
        var groups = plan.groups[...]
        while index < nodes.count {
            if let group = groups.first, group.nodes.lowerBound == index {
                groups = groups.dropFirst()
                starts.append(index)
                index = group.nodes.upperBound
            } else {
                if !entry(index..<index + 1, nil).operations.isEmpty { starts.append(index) }
                index += 1
            }
        }
        for (position, start) in starts.enumerated() { result.entries[position].microseconds = times[start] ?? 0 }
        if optimizer != nil, let last = result.entries.indices.last {
            result.entries[last].microseconds = times[-1] ?? 0
        }
        return result
    }
}
