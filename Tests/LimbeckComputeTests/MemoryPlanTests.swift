import LimbeckNN
import Testing

@testable import LimbeckCompute

@Suite struct MemoryPlanTests {
    @Test func `no two values that are alive at once overlap`() {
        var shared = 0
        for seed in 0..<150 as Range<UInt64> {
            for passes in [Pass.standard, []] {
                let traced = RandomComputation(seed: seed).computation
                let computation = traced.optimized(passes)
                let parameters = Parameters(traced.parameters, seed: 1)
                let places = Executable.gradientPlaces(computation, parameters)
                let plan = MemoryPlan(Schedule(unscheduled: computation), gradientPlaces: places.direct)
                let findings = Self.findings(computation, plan.places, plan.arenaCount)
                #expect(findings == [], "seed \(seed)")
                // In the order of execution, with everything in a slab group alive at once.
                let schedule = Schedule(computation, workers: 2)
                let inOrder = MemoryPlan(
                    schedule, gradientPlaces: Executable.gradientPlaces(schedule.computation, parameters).direct)
                #expect(
                    Self.findings(
                        schedule.computation, inOrder.places, inOrder.arenaCount, groups: inOrder.groups.map(\.nodes))
                        == [], "seed \(seed)")
                let total = computation.nodes.indices.reduce(0) {
                    if case .arena = plan.places[$1] { return $0 + computation.nodes[$1].type.shape.count }
                    return $0
                }
                shared += plan.arenaCount < total ? 1 : 0
            }
        }
        #expect(shared > 100, "memory is hardly ever used twice")
    }

    @Test func `an overlap would be found`() {
        let trace = Trace()
        let x = Scope(trace, mode: .inference).parameter("x", [64], .uniform(1))
        let a = softmax(x), b = softmax(x.plus(1))
        trace.output("sum", a + b)
        let computation = trace.finish()
        let plan = MemoryPlan(Schedule(unscheduled: computation), gradientPlaces: [:])
        #expect(Self.findings(computation, plan.places, plan.arenaCount) == [])
        var places = plan.places
        places[b.id] = places[a.id]
        #expect(
            Self.findings(computation, places, plan.arenaCount)
                == ["\(a.id) and \(b.id) share memory while both are alive"])
    }

    @Test func `every gradient has a place of its own in the slab`() {
        for seed in 0..<50 as Range<UInt64> {
            let computation = RandomComputation(seed: seed).computation.optimized()
            let parameters = Parameters(computation.parameters, seed: 1)
            let (direct, copies) = Executable.gradientPlaces(computation, parameters)
            let offsets = (Array(direct.values) + copies.map(\.offset)).sorted()
            let expected = parameters.entries.filter(\.isTrainable).map(\.offset).sorted()
            #expect(offsets == expected)
        }
    }

    /// The nodes between which each node's own memory must stay as it is: from where it is
    /// written to its last reader, through any chain of views.
    private static func lifetimes(_ computation: Computation) -> [ClosedRange<Int>] {
        let nodes = computation.nodes
        var last = Array(nodes.indices)
        for root in computation.outputs.map(\.node) + computation.assignments.map(\.node)
            + computation.gradients.map(\.node)
        { last[root] = nodes.count }
        // From the end: a view lives in its operand, so the operand lives as long as the view.
        for index in nodes.indices.reversed() {
            let isView = nodes[index].operation.viewOffset(nodes[index].operands.map { nodes[$0].type }) != nil
            for operand in nodes[index].operands {
                last[operand] = max(last[operand], isView ? last[index] : index)
            }
        }
        return nodes.indices.map { $0...max($0, last[$0]) }
    }

    private static func findings(
        _ computation: Computation, _ places: [MemoryPlan.Place], _ arenaCount: Int, groups: [Range<Int>] = []
    ) -> [String] {
        let lifetimes = lifetimes(computation).map { lifetime in
            let first = groups.first { $0.contains(lifetime.lowerBound) }?.lowerBound ?? lifetime.lowerBound
            let last = groups.first { $0.contains(lifetime.upperBound) }.map { $0.upperBound - 1 }
            return first...max(first, last ?? lifetime.upperBound)
        }
        let owned = computation.nodes.indices.compactMap { index -> (index: Int, memory: Range<Int>)? in
            guard case .arena(let offset) = places[index] else { return nil }
            return (index, offset..<offset + max(1, computation.nodes[index].type.shape.count))
        }
        var findings: [String] = []
        for (position, one) in owned.enumerated() {
            if one.memory.upperBound > arenaCount { findings.append("\(one.index) ends beyond the arena") }
            if one.memory.lowerBound % 16 != 0 { findings.append("\(one.index) is not aligned") }
            for other in owned[(position + 1)...]
            where one.memory.overlaps(other.memory) && lifetimes[one.index].overlaps(lifetimes[other.index]) {
                findings.append("\(one.index) and \(other.index) share memory while both are alive")
            }
        }
        return findings
    }
}
