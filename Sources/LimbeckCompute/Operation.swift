/// One kind of node: shape rule, gradient, cost and kernel in one place.
public protocol Operation: Hashable, Sendable {
    var name: String { get }

    /// The type of the result. Operands that do not fit are a precondition naming the operation.
    func type(_ operands: [TensorType]) -> TensorType

    /// Gradients for each operand; nil where none flows.
    func gradient(_ site: GradientSite) -> [Tensor?]

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost

    /// The kernels that compute the result, with every pointer bound.
    func lower(_ site: LoweringSite) -> [Kernel]

    /// How the result can be computed in parts along its leading axes; nil where it cannot.
    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing?

    /// The kernel of one slab, for an operation with a slabbing.
    func lower(_ site: SlabSite) -> SlabBody

    /// The result is the operand's memory, from this many elements in; nil when it is not a view.
    func viewOffset(_ operands: [TensorType]) -> Int?

    /// The operand whose memory the result takes over, where nothing else needs it any more.
    var accumulator: Int? { get }

    /// Cheap enough to compute again in every fused chain that reads it.
    var isCheap: Bool { get }
}

extension Operation {
    public func gradient(_ site: GradientSite) -> [Tensor?] { site.operands.map { _ in nil } }
    public func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? { nil }
    public func lower(_ site: SlabSite) -> SlabBody { preconditionFailure("\(name) is not computed by slabs") }
    public func viewOffset(_ operands: [TensorType]) -> Int? { nil }
    public var accumulator: Int? { nil }
    public var isCheap: Bool { false }

    /// Reading every operand and writing the result once.
    public func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(bytes: 4 * (operands.reduce(result.shape.count) { $0 + $1.shape.count }))
    }
}

/// Where a gradient is asked for.
public struct GradientSite {
    public let operands: [Tensor]
    public let result: Tensor
    /// Gradient of the loss with respect to `result`.
    public let upstream: Tensor
}

/// Where an operation is turned into kernels: its types, its memory, its workers.
public struct LoweringSite {
    let operandTypes: [TensorType]
    let resultType: TensorType
    let operands: [UnsafeMutablePointer<Float>]
    let result: UnsafeMutablePointer<Float>
    let resources: ExecutionResources
}

/// One piece of a step. Parallel kernels run on every worker, others on the first alone.
public struct Kernel {
    typealias Body = (_ worker: Int, _ workers: Int) -> Void
    let isParallel: Bool
    let body: Body

    static func serial(_ body: @escaping () -> Void) -> Kernel {
        Kernel(isParallel: false) { _, _ in body() }
    }

    /// Splits `count` items into one contiguous range per worker, in multiples of `grain`;
    /// work below `threshold` scalar steps stays on one worker.
    static func ranges(
        _ count: Int, grain: Int = 1, work: Int, _ body: @escaping (Range<Int>) -> Void
    ) -> Kernel {
        guard work >= parallelThreshold, count >= 2 * grain else {
            return Kernel(isParallel: false) { _, _ in body(0..<count) }
        }
        return Kernel(isParallel: true) { worker, workers in
            let range = split(count, grain: grain, worker: worker, workers: workers)
            if !range.isEmpty { body(range) }
        }
    }

    /// Below this many scalar steps a barrier costs more than a second worker brings.
    static let parallelThreshold = 16_384

    static func split(_ count: Int, grain: Int, worker: Int, workers: Int) -> Range<Int> {
        let grains = (count + grain - 1) / grain
        let begin = grains * worker / workers * grain
        let end = min(count, grains * (worker + 1) / workers * grain)
        return begin..<max(begin, end)
    }
}
