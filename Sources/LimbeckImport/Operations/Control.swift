import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    /// Graphs inside nodes: loops of known length are unrolled, of two branches the one taken is traced.
    static let control: [String: Handler] = [
        "Loop": { try Loop($0).run() },
        "If": { site in
            guard let condition = try site.value(0).known?.values.first else {
                throw site.unsupported("a condition that depends on the data")
            }
            return try site.tracer.run(site.graph(condition != 0 ? "then_branch" : "else_branch"), inputs: [])
        },
        // Whole sequences are turned round; parts of them are not.
        "ReverseSequence": { site in
            let value = try site.movable(0)
            let axis = try site.axis(site.integer("time_axis", 0), value.extents.count)
            let extent = value.extents[axis]
            guard try site.integers(1).allSatisfy({ $0 == extent }) else {
                throw site.unsupported("sequences of several lengths")
            }
            return [try site.taken(value, axis: axis, Array((0..<extent).reversed()))]
        },
    ]
}

/// Body inputs: the number of the round, the condition, what is carried. Body outputs: the condition,
/// what is carried on, and what is collected along a new first axis.
private struct Loop {
    let site: NodeSite
    let body: ONNXGraph
    let carriedCount: Int

    private static let mostRounds = 4096

    init(_ site: NodeSite) throws {
        self.site = site
        body = try site.graph("body")
        carriedCount = max(0, site.inputs.count - 2)
        guard body.dataInputs.count == carriedCount + 2, body.outputs.count >= carriedCount + 1 else {
            throw site.malformed("its body has \(body.dataInputs.count) inputs and \(body.outputs.count) outputs")
        }
    }

    func run() throws -> [Value] {
        let rounds = site.has(0) ? try site.scalar(0) : .infinity
        var isGoing = site.has(1) ? try site.scalar(1) != 0 : true
        var carried = try (0..<carriedCount).map { try site.value($0 + 2) }
        var collected = [[Value]](repeating: [], count: body.outputs.count - 1 - carriedCount)
        var round = 0
        while isGoing, Double(round) < rounds {
            guard round < Self.mostRounds else { throw site.unsupported("more than \(Self.mostRounds) rounds") }
            let number = Value.numbers(Numbers([], [Double(round)], isInteger: true))
            let truth = Value.numbers(Numbers([], [1], isInteger: true))
            let results = try site.tracer.run(body, inputs: [number, truth] + carried)
            guard let condition = results[0].known?.values.first else {
                throw site.unsupported("a condition that depends on the data")
            }
            isGoing = condition != 0
            carried = Array(results[1..<1 + carriedCount])
            for (index, value) in results[(1 + carriedCount)...].enumerated() {
                collected[index].append(try site.reshaped(value, [1] + value.extents))
            }
            round += 1
        }
        return try carried + collected.map { try site.concatenated($0, axis: 0) }
    }
}

extension NodeSite {
    fileprivate func graph(_ name: String) throws -> ONNXGraph {
        guard case .graph(let graph) = node.attributes[name] else { throw malformed("\(name) is missing") }
        return graph
    }
}
