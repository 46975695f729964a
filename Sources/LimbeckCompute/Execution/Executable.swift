import CLimbeckKernels

/// A planned computation: one arena, every pointer bound, ready to run any number of times.
///
/// With an optimiser, one run is a whole training step: forward, backward, clip, update. A run
/// allocates nothing. Not for use from two threads at once.
public final class Executable: @unchecked Sendable {
    public let computation: Computation
    public let parameters: Parameters
    public let pool: WorkerPool
    public let optimizer: OptimizerState?
    let rule: OptimizerRule
    let plan: MemoryPlan
    /// Operations as they were traced.
    let tracedCount: Int
    private let resources: ExecutionResources
    private let arena: UnsafeMutablePointer<Float>
    private let constants: UnsafeMutablePointer<Float>
    private let gradients: UnsafeMutablePointer<Float>
    private let clipping: Clipping
    private var inputs: [String: UnsafeMutablePointer<Float>] = [:]
    private var kernels: ContiguousArray<Kernel> = []
    /// The node each kernel belongs to; -1 for optimiser and state updates.
    private var kernelNodes: [Int] = []

    /// Optimises, plans and binds `computation`.
    ///
    /// - Parameter groups: parameters that are clipped by their own gradient norm and learn at a rate of their own; all
    ///   others share one.
    public convenience init(
        _ traced: Computation, parameters: Parameters, pool: WorkerPool,
        optimizer: (rule: OptimizerRule, state: OptimizerState)? = nil, groups: [OptimizerGroup] = []
    ) {
        self.init(
            traced, parameters: parameters, pool: pool, optimizer: optimizer, groups: groups,
            passes: Pass.standard, saving: Pass.saving)
    }

    /// Elements of an arena above which memory is worth computing cheap values again.
    private static let saveAbove = 1 << 24

    private struct Planned {
        var computation: Computation
        var plan: MemoryPlan
        var copies: [(node: Int, offset: Int)]

        init(_ schedule: Schedule, _ parameters: Parameters) {
            computation = schedule.computation
            let placement = Executable.gradientPlaces(computation, parameters)
            plan = MemoryPlan(schedule, gradientPlaces: placement.direct)
            copies = placement.copies
        }
    }

    /// - Parameter saving: passes to use instead where `passes` leave a large arena.
    init(
        _ traced: Computation, parameters: Parameters, pool: WorkerPool,
        optimizer: (rule: OptimizerRule, state: OptimizerState)? = nil, groups: [OptimizerGroup] = [],
        passes: [Pass], saving: [Pass]? = nil, isScheduled: Bool = true
    ) {
        tracedCount = traced.nodes.count
        func makePlan(_ passes: [Pass]) -> Planned {
            let optimized = traced.optimized(passes)
            return Planned(
                isScheduled ? Schedule(optimized, workers: pool.workers) : Schedule(unscheduled: optimized), parameters)
        }
        var planned = makePlan(passes)
        if let saving, planned.plan.arenaCount > Self.saveAbove {
            let smaller = makePlan(saving)
            if smaller.plan.arenaCount < planned.plan.arenaCount { planned = smaller }
        }
        plan = planned.plan
        computation = planned.computation
        self.parameters = parameters
        self.pool = pool
        self.optimizer = optimizer?.state
        rule = optimizer?.rule ?? OptimizerRule()
        resources = ExecutionResources(workers: pool.workers, slabCount: plan.slabCount)
        arena = Self.memory(plan.arenaCount)
        constants = Self.memory(plan.constants.count)
        gradients = Self.memory(parameters.trainableSlabCount)
        clipping = Clipping(parameters, apart: groups)
        for (index, value) in plan.constants.enumerated() { constants[index] = value }
        for node in computation.nodes {
            if let input = node.operation as? Input {
                inputs[input.name] = Self.memory(input.inputType.shape.count)
            }
        }
        bind(copies: planned.copies)
        if let optimizer {
            let step = OptimizerStep(
                rule: optimizer.rule, parameters: parameters, state: optimizer.state,
                gradients: gradients, clipping: clipping)
            append(step.kernels(resources), node: -1)
        }
    }

    deinit {
        lk_release(arena)
        lk_release(constants)
        lk_release(gradients)
        for memory in inputs.values { lk_release(memory) }
    }

    private static func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
        guard let memory = lk_allocate(max(1, count)) else {
            preconditionFailure("Executable: no memory for \(count) numbers")
        }
        return memory
    }

    // MARK: Running

    /// One step. `rate` is the optimiser's learning rate; without an optimiser it has no effect.
    public func run(rate: Float = 0, seed: UInt32 = 0) {
        prepareStep(rate: rate, seed: seed)
        pool.run(Unmanaged.passUnretained(self).toOpaque()) { worker, context in
            guard let context else { return }
            Unmanaged<Executable>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.walk(Int(worker)) }
        }
    }

    private func prepareStep(rate: Float, seed: UInt32) {
        resources.seed.pointee = seed
        guard let optimizer else { return }
        optimizer.step += 1
        var correction1: Float = 1, correction2: Float = 1
        if rule.kind == .adam {
            correction1 = Float(1 - Self.power(Double(rule.beta1), optimizer.step))
            correction2 = Float(1 - Self.power(Double(rule.beta2), optimizer.step))
        }
        clipping.prepare(
            lk_update(
                learning_rate: rate, beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon,
                weight_decay: rule.weightDecay, l1: rule.l1, l2: rule.l2, correction1: correction1,
                correction2: correction2, gradient_scale: 1))
    }

    /// base^exponent by squaring.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }

    /// One worker's way through the step: its share of each parallel kernel, a barrier on either
    /// side; serial kernels are the first worker's, and cost no barrier between each other.
    private func walk(_ worker: Int) {
        let workers = pool.workers
        kernels.withUnsafeBufferPointer { kernels in
            var dirty = false
            for index in kernels.indices {
                if kernels[index].isParallel {
                    if dirty { pool.barrier() }
                    kernels[index].body(worker, workers)
                    pool.barrier()
                    dirty = false
                } else {
                    if worker == 0 { kernels[index].body(0, 1) }
                    dirty = true
                }
            }
        }
    }

    /// Kernels of a node, or of the group it begins.
    func kernels(ofNode node: Int) -> [Kernel] { zip(kernels, kernelNodes).filter { $0.1 == node }.map(\.0) }

    /// One step with a barrier after each kernel; microseconds by the node it belongs to.
    func timedRun(rate: Float, seed: UInt32) -> [Int: Double] {
        prepareStep(rate: rate, seed: seed)
        var times: [Int: Double] = [:]
        for (kernel, node) in zip(kernels, kernelNodes) {
            let one = SingleKernel(kernel, pool)
            let begin = microseconds()
            one.run()
            times[node, default: 0] += microseconds() - begin
        }
        return times
    }

    private final class SingleKernel {
        let kernel: Kernel
        let pool: WorkerPool

        init(_ kernel: Kernel, _ pool: WorkerPool) {
            self.kernel = kernel
            self.pool = pool
        }

        func run() {
            guard kernel.isParallel else { return kernel.body(0, 1) }
            pool.run(Unmanaged.passUnretained(self).toOpaque()) { worker, context in
                guard let context else { return }
                Unmanaged<SingleKernel>.fromOpaque(context)._withUnsafeGuaranteedRef {
                    $0.kernel.body(Int(worker), $0.pool.workers)
                }
            }
        }
    }

    // MARK: Values in and out

    public func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? {
        inputs[name].map { UnsafeMutableBufferPointer(start: $0, count: count(ofInput: name)) }
    }

    public func indices(_ name: String) -> UnsafeMutableBufferPointer<Int32>? {
        inputs[name].map {
            UnsafeMutableBufferPointer(
                start: UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self),
                count: count(ofInput: name))
        }
    }

    /// The names of everything the caller must fill.
    public var inputNames: [String] { inputs.keys.sorted() }

    /// The shape of something the caller must fill.
    public func shape(ofInput name: String) -> Shape? {
        for node in computation.nodes {
            if let input = node.operation as? Input, input.name == name { return node.type.shape }
        }
        return nil
    }

    private func count(ofInput name: String) -> Int { shape(ofInput: name)?.count ?? 0 }

    public func output(_ name: String) -> UnsafeBufferPointer<Float>? {
        computation.output(name).map {
            UnsafeBufferPointer(start: pointer($0), count: computation.nodes[$0].type.shape.count)
        }
    }

    /// The gradient of a parameter after the last run.
    public func gradient(_ path: String) -> [Float]? {
        guard let entry = parameters.entry(path), entry.isTrainable else { return nil }
        return Array(UnsafeBufferPointer(start: gradients + entry.offset, count: entry.shape.count))
    }

    /// The global norm of the last step's gradient, before clipping.
    public var gradientNorm: Double { clipping.norm }

    /// Bytes of the arena, which every step reuses.
    public var arenaBytes: Int { 4 * plan.arenaCount }

    // MARK: Binding

    /// Gradients are written into one slab laid out as the parameters are; those whose node
    /// cannot be placed there are copied.
    static func gradientPlaces(
        _ computation: Computation, _ parameters: Parameters
    ) -> (direct: [Int: Int], copies: [(node: Int, offset: Int)]) {
        var direct: [Int: Int] = [:]
        var copies: [(node: Int, offset: Int)] = []
        let outputs = Set(computation.outputs.map(\.node))
        for (path, node) in computation.gradients {
            // A parameter that was declared a state since has no place in the slab.
            guard let entry = parameters.entry(path), entry.isTrainable else { continue }
            let offset = entry.offset
            let operation = computation.nodes[node].operation
            let isLeaf = operation is Input || operation is Parameter || operation is Constant
            let isView =
                operation.viewOffset(
                    computation.nodes[node].operands.map { computation.nodes[$0].type }) != nil
            if isLeaf || isView || direct[node] != nil || outputs.contains(node) {
                copies.append((node, offset))
            } else {
                direct[node] = offset
            }
        }
        return (direct, copies)
    }

    private func pointer(_ node: Int) -> UnsafeMutablePointer<Float> {
        switch plan.places[node] {
        case .arena(let offset): return arena + offset
        case .gradient(let offset): return gradients + offset
        case .constant(let offset): return constants + offset
        case .view(let other, let offset): return pointer(other) + offset
        case .local: preconditionFailure("\(computation.nodes[node].operation.name): read outside its group")
        case .input(let name):
            guard let memory = inputs[name] else { preconditionFailure("input \(name) has no memory") }
            return memory
        case .parameter(let path):
            guard let offset = parameters.offset(path) else {
                preconditionFailure("parameter \(path) is not among the model's parameters")
            }
            return parameters.slab + offset
        }
    }

    private func append(_ new: [Kernel], node: Int) {
        kernels += new
        kernelNodes += new.map { _ in node }
    }

    private func bind(copies: [(node: Int, offset: Int)]) {
        let nodes = computation.nodes
        var index = 0
        var groups = plan.groups[...]
        while index < nodes.count {
            if let group = groups.first, group.nodes.lowerBound == index {
                append(kernels(group), node: index)
                index = group.nodes.upperBound
                groups = groups.dropFirst()
            } else {
                append(kernels(index), node: index)
                index += 1
            }
        }
        for copy in copies {
            let (from, to) = (pointer(copy.node), gradients + copy.offset)
            let count = nodes[copy.node].type.shape.count
            append([.serial { to.update(from: from, count: count) }], node: -1)
        }
        for assignment in computation.assignments {
            guard let offset = parameters.offset(assignment.state) else { continue }
            let (from, to) = (pointer(assignment.node), parameters.slab + offset)
            let count = nodes[assignment.node].type.shape.count
            append([.serial { to.update(from: from, count: count) }], node: -1)
        }
    }

    private func kernels(_ index: Int) -> [Kernel] {
        let node = computation.nodes[index]
        let operandTypes = node.operands.map { computation.nodes[$0].type }
        if node.operation.viewOffset(operandTypes) != nil { return [] }
        return node.operation.lower(
            LoweringSite(
                operandTypes: operandTypes, resultType: node.type, operands: node.operands.map(pointer),
                result: pointer(index), resources: resources))
    }

    private func kernels(_ group: SlabGroup) -> [Kernel] {
        let nodes = computation.nodes
        var slots: [SlabRunner.Slot] = []
        var slotByNode: [Int: Int] = [:]
        func slot(_ index: Int) -> Int {
            if let known = slotByNode[index] { return known }
            let owner = plan.owner(index), count = nodes[owner].type.shape.count
            let isSummed = group.nodes.contains(owner) && sums(owner)
            if case .local(let offset) = plan.places[owner] {
                slots.append(.local(offset: offset, width: count / group.rows))
            } else if isSummed {
                slots.append(.sum(pointer(owner), count: count))
            } else {
                slots.append(.memory(pointer(index)))
            }
            slotByNode[index] = slots.count - 1
            return slots.count - 1
        }
        func sums(_ index: Int) -> Bool {
            nodes[index].operation.slabbing(nodes[index].operands.map { nodes[$0].type }, nodes[index].type)?.isSum
                ?? false
        }
        var steps: [SlabBody] = []
        var work = 0
        for index in group.nodes {
            let node = nodes[index], operandTypes = node.operands.map { nodes[$0].type }
            if node.operation.viewOffset(operandTypes) != nil { continue }
            let cost = node.operation.cost(operandTypes, node.type)
            work += cost.flops / 16 + cost.bytes / 4
            steps.append(
                node.operation.lower(
                    SlabSite(
                        operandTypes: operandTypes, resultType: node.type, rows: group.rows,
                        operands: node.operands.map(slot), result: slot(index), resources: resources)))
        }
        return SlabRunner(group, slots, steps, work: work, resources).kernels
    }

    // MARK: Finding what went wrong

    /// Computes the step once more, one operation after another, and names the first whose result is
    /// not finite, with its scope; nil when all are. Parameters are not updated.
    public func firstNonFinite() -> String? {
        let apart = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: 1), passes: [], isScheduled: false)
        for (name, memory) in inputs { apart.inputs[name]?.update(from: memory, count: count(ofInput: name)) }
        apart.resources.seed.pointee = resources.seed.pointee
        for (kernel, node) in zip(apart.kernels, apart.kernelNodes) where node >= 0 {
            kernel.body(0, 1)
            let value = computation.nodes[node]
            guard value.type.element == .float32 else { continue }
            if !lk_all_finite(apart.pointer(node), Int64(value.type.shape.count)) {
                return value.path.isEmpty ? value.operation.name : "\(value.operation.name) in \(value.path)"
            }
        }
        return nil
    }
}

/// Bytes in use on the heap, for tests that a step takes none.
public func heapBytes() -> Int { Int(lk_heap_bytes()) }

/// Microseconds on a monotonic clock.
public func microseconds() -> Double { lk_microseconds() }
