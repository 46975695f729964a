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
    let memory: WorkingMemory

    /// Reads a `.limbeck` file from memory; weights are copied.
    public convenience init(
        bytes: [UInt8], limits: StudentLimits = StudentLimits()
    ) throws(StudentError) {
        let result: Result<Parts, StudentError> = bytes.withUnsafeBytes { raw in
            do throws(StudentError) {
                return .success(try Self.parts(raw, limits, copying: true))
            } catch {
                return .failure(error)
            }
        }
        let (content, plan, weights) = try result.get()
        self.init(content, plan, weights)
    }

    /// Reads a `.limbeck` file in place: weights stay where they are (a memory map, flash).
    ///
    /// `bytes` must begin on a multiple of 4 and stay valid and unchanged while the student and
    /// its copies live.
    public convenience init(
        borrowing bytes: UnsafeRawBufferPointer, limits: StudentLimits = StudentLimits()
    ) throws(StudentError) {
        let (content, plan, weights) = try Self.parts(bytes, limits, copying: false)
        self.init(content, plan, weights)
    }

    private typealias Parts = (StudentContent, StudentCheck.Plan, WeightStore)

    private static func parts(
        _ bytes: UnsafeRawBufferPointer, _ limits: StudentLimits, copying: Bool
    ) throws(StudentError) -> Parts {
        let sections = try SectionTable(bytes)
        let content = try ParsedStudent.content(sections)
        let tensors = try ParsedStudent.tensors(try sections.reader(.weights, "section weights"))
        let plan = try StudentCheck.plan(content, tensors: TensorShape.list(tensors), limits: limits)
        if !copying { try ParsedStudent.inPlace(tensors) }
        return (content, plan, WeightStore(tensors, copying: copying))
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

    private init(
        _ content: consuming StudentContent, _ plan: StudentCheck.Plan, _ weights: WeightStore,
        _ kernels: KernelSet = .best
    ) {
        memory = WorkingMemory(content, plan, weights, kernels)
        self.plan = plan
        self.weights = weights
        self.content = content
    }

    /// Another student over the same weights, for another thread.
    public func copy() -> Student { Student(content, plan, weights) }

    /// The instruction set whose kernels this student runs on: avx512, avx2, neon, portable or embedded.
    public var instructionSet: String { memory.execution.kernels.name }

    /// The same student on other kernels.
    func copy(on kernels: KernelSet) -> Student { Student(content, plan, weights, kernels) }

    deinit { memory.deallocate() }

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
