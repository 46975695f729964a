/// What one student computes in: arena, scaler and calendar, and where every buffer begins.
struct WorkingMemory {
    private let block: UnsafeMutableRawPointer
    let arena: UnsafeMutablePointer<Float>
    /// The scaler along the history `[T, N, C]` and the forecast `[H, N, O]`, where loops read it without checks.
    let input, output: ScalerRun
    private let slotIndices: UnsafeMutablePointer<Int32>
    let execution: Execution

    init(
        _ content: borrowing StudentContent, _ plan: StudentCheck.Plan, _ weights: WeightStore,
        _ kernels: KernelSet
    ) {
        let slots = content.windowing.slots
        let buffers = content.program.buffers
        let shape = content.shape
        let targets = shape.targets
        input = ScalerRun(content.scaler, entries: shape.nodes * shape.channels, steps: shape.history) { $0 }
        output = ScalerRun(content.scaler, entries: shape.nodes * targets.count, steps: shape.horizon) { entry in
            entry / targets.count * shape.channels + targets[entry % targets.count]
        }
        var slotCount = 0
        for slot in slots { slotCount += slot.count }
        block = .allocate(byteCount: max(plan.floats * 4, 4), alignment: Included.everything ? 64 : 8)
        arena = block.bindMemory(to: Float.self, capacity: plan.floats)
        arena.initialize(repeating: 0, count: plan.floats)
        slotIndices = .allocate(capacity: max(slotCount, 1))
        slotIndices.initialize(repeating: 0, count: max(slotCount, 1))

        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<Float>>
            .allocate(capacity: max(buffers.count, 1))
        for (number, buffer) in buffers.enumerated() {
            let base: UnsafeMutablePointer<Float>
            switch buffer.source {
            case .history: base = arena
            case .temporary: base = arena + plan.history
            case .output: base = arena + plan.history + plan.arena
            case .constant:
                // Int8 weights are reached by their tensor's number instead.
                base = weights.pointer[buffer.tensor].floats.map { UnsafeMutablePointer(mutating: $0) } ?? arena
            }
            (pointers + number).initialize(to: base + buffer.offset)
        }
        let slotPointers = UnsafeMutablePointer<UnsafeMutablePointer<Int32>>
            .allocate(capacity: max(slots.count, 1))
        var next = slotIndices
        for (number, slot) in slots.enumerated() {
            (slotPointers + number).initialize(to: next)
            next += slot.count
        }
        execution = Execution(
            program: content.program, buffers: pointers, slots: slotPointers, weights: weights.pointer,
            kernels: kernels)
    }

    func deallocate() {
        block.deallocate()
        input.deallocate()
        output.deallocate()
        slotIndices.deallocate()
        execution.deallocate()
    }
}
