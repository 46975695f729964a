import CLimbeckKernels

/// How gradients change parameters; the numbers may change every step.
public struct OptimizerRule: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Adam; weight decay, if any, is decoupled (AdamW).
        case adam
        case momentum
    }
    public var kind: Kind
    public var beta1: Float = 0.9
    public var beta2: Float = 0.999
    public var epsilon: Float = 1e-8
    /// Decoupled: p ← (1 − rate · decay) p.
    public var weightDecay: Float = 0
    /// Added to the gradient: l1 · sign(p) and l2 · p.
    public var l1: Float = 0
    public var l2: Float = 0
    /// Largest global gradient norm; 0 does not clip.
    public var clipNorm: Float = 0

    public init(kind: Kind = .adam) { self.kind = kind }
}

/// The optimiser's memory: two moments for each trainable number, and the count of steps.
public final class OptimizerState: @unchecked Sendable {
    public internal(set) var step = 0
    let count: Int
    let first: UnsafeMutablePointer<Float>
    let second: UnsafeMutablePointer<Float>

    public init(for parameters: Parameters) {
        count = parameters.trainableSlabCount
        guard let first = lk_allocate(max(1, count)), let second = lk_allocate(max(1, count)) else {
            preconditionFailure("OptimizerState: no memory for \(2 * count) numbers")
        }
        self.first = first
        self.second = second
    }

    deinit {
        lk_release(first)
        lk_release(second)
    }

    /// Both moments, for checkpoints.
    public var moments: (first: [Float], second: [Float]) {
        (
            Array(UnsafeBufferPointer(start: first, count: count)),
            Array(UnsafeBufferPointer(start: second, count: count))
        )
    }

    /// Back to a checkpoint's moments; false when the sizes differ.
    public func restore(step: Int, first newFirst: [Float], second newSecond: [Float]) -> Bool {
        guard newFirst.count == count, newSecond.count == count else { return false }
        self.step = step
        for index in 0..<count {
            first[index] = newFirst[index]
            second[index] = newSecond[index]
        }
        return true
    }
}

/// Clip and update over the gradient slab, as the last kernels of a training step.
///
/// A gradient that is not finite changes nothing, so that what made it can still be found.
struct OptimizerStep {
    var rule: OptimizerRule
    var parameters: Parameters
    var state: OptimizerState
    var gradients: UnsafeMutablePointer<Float>
    /// Read at each step; written by the caller before it.
    var update: UnsafeMutablePointer<lk_update>
    /// Holds the norm of the last step's gradient.
    var norm: UnsafeMutablePointer<Double>

    func kernels(_ resources: ExecutionResources) -> [Kernel] {
        let count = parameters.trainableSlabCount
        let (p, g, m, v) = (parameters.slab, gradients, state.first, state.second)
        let (rule, update, norm) = (rule, update, norm)
        let block = 8192
        let blocks = (count + block - 1) / block
        let partials = resources.doubles(blocks)
        return [
            .ranges(blocks, work: count) { range in
                for index in range {
                    partials[index] = lk_sum_squares(
                        g + index * block, Int64(min(block, count - index * block)))
                }
            },
            .serial {
                var total = 0.0
                for index in 0..<blocks { total += partials[index] }
                norm.pointee = total.squareRoot()
                let limit = Double(rule.clipNorm)
                update.pointee.gradient_scale =
                    limit > 0 && norm.pointee > limit ? Float(limit / (norm.pointee + 1e-6)) : 1
            },
            .ranges(count, grain: 16, work: 4 * count) { range in
                guard norm.pointee.isFinite else { return }
                let (begin, end) = (Int64(range.lowerBound), Int64(range.upperBound))
                switch rule.kind {
                case .adam: lk_adam(p, g, m, v, begin, end, update)
                case .momentum: lk_momentum(p, g, m, begin, end, update)
                }
            },
        ]
    }
}
