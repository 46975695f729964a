/// A student ready to predict: program, weights, scaler, window and calendar in one value.
///
/// ```swift
/// let student = try Student(bytes: bytes)
/// let forecast = try student.predict(history: readings, at: origin)
/// ```
/// One student works in one memory: use it from one thread at a time, and `copy()` it (weights
/// are shared) for another.
public final class Student {
    /// What the file says, without the weights.
    let content: StudentContent
    let plan: StudentCheck.Plan
    private let weights: WeightStore
    private let memory: UnsafeMutableRawPointer
    let arena: UnsafeMutablePointer<Float>
    /// The scaler along the history `[T, N, C]` and the forecast `[H, N, O]`, where loops read it without checks.
    let input, output: ScalerRun
    private let slotIndices: UnsafeMutablePointer<Int32>
    let execution: Execution

    /// Reads a `.limbeck` file from memory; weights are copied.
    public convenience init(
        bytes: [UInt8], limits: StudentLimits = StudentLimits()
    ) throws(StudentError) {
        let result: Result<ParsedStudent, StudentError> = bytes.withUnsafeBytes { raw in
            do throws(StudentError) {
                return .success(try ParsedStudent(raw, limits: limits, copying: true))
            } catch {
                return .failure(error)
            }
        }
        let parsed = try result.get()
        self.init(parsed.content, parsed.plan, parsed.weights)
    }

    /// Reads a `.limbeck` file in place: weights stay where they are (a memory map, flash).
    ///
    /// `bytes` must begin on a multiple of 4 and stay valid and unchanged while the student and
    /// its copies live.
    public convenience init(
        borrowing bytes: UnsafeRawBufferPointer, limits: StudentLimits = StudentLimits()
    ) throws(StudentError) {
        let parsed = try ParsedStudent(bytes, limits: limits, copying: false)
        self.init(parsed.content, parsed.plan, parsed.weights)
    }

    /// A student that was built rather than read.
    public convenience init(
        _ content: StudentContent, limits: StudentLimits = StudentLimits()
    ) throws(StudentError) {
        let plan = try StudentCheck.plan(
            content, tensors: content.tensors.map { $0.shape }, limits: limits)
        var rest = content
        rest.tensors = []
        self.init(rest, plan, WeightStore(copying: content.tensors))
    }

    /// Another student over the same weights, for another thread.
    public func copy() -> Student { Student(content, plan, weights) }

    /// The instruction set whose kernels this student runs on: avx512, avx2, neon, portable or embedded.
    public var instructionSet: String { execution.kernels.name }

    /// The same student on other kernels.
    func copy(on kernels: KernelSet) -> Student { Student(content, plan, weights, kernels) }

    private init(
        _ content: StudentContent, _ plan: StudentCheck.Plan, _ weights: WeightStore,
        _ kernels: KernelSet = .best
    ) {
        self.content = content
        self.plan = plan
        self.weights = weights
        let slots = content.windowing.slots
        let buffers = content.program.buffers
        let shape = content.shape
        input = ScalerRun(content.scaler, entries: shape.nodes * shape.channels, steps: shape.history) { $0 }
        let targets = shape.targets
        output = ScalerRun(content.scaler, entries: shape.nodes * targets.count, steps: shape.horizon) { entry in
            entry / targets.count * shape.channels + targets[entry % targets.count]
        }
        let slotCount = slots.reduce(0) { $0 + $1.count }
        memory = .allocate(byteCount: max(plan.floats * 4, 4), alignment: 64)
        arena = memory.bindMemory(to: Float.self, capacity: plan.floats)
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
                base = weights.tensors[buffer.tensor].floats.map { UnsafeMutablePointer(mutating: $0) } ?? arena
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

    deinit {
        memory.deallocate()
        input.deallocate()
        output.deallocate()
        slotIndices.deallocate()
        execution.buffers.deallocate()
        execution.slots.deallocate()
    }

    public var shape: StudentShape { content.shape }
    public var program: Program { content.program }
    public var scaler: Scaler { content.scaler }
    public var windowing: Windowing { content.windowing }
    public var names: StudentNames { content.names }
    public var anomalyThresholds: [Float] { content.anomalyThresholds }
    public var card: [CardEntry] { content.card }

    /// The content with the weights copied out: what an exporter needs.
    var contentWithWeights: StudentContent {
        var whole = content
        whole.tensors = weights.tensors.map { $0.tensor }
        return whole
    }

    /// The value of the first card entry called `key`.
    public func card(_ key: String) -> String? {
        card.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Weights.
    public var parameterCount: Int { weights.count }
    /// Arithmetic operations of one prediction of all nodes, multiply-add counted as 2.
    public var operations: Int64 { plan.operations }
}
