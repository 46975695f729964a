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
    var clipping: Clipping

    func kernels(_ resources: ExecutionResources) -> [Kernel] {
        let (p, g, m, v) = (parameters.slab, gradients, state.first, state.second)
        let (kind, limit, clipping) = (rule.kind, Double(rule.clipNorm), clipping)
        // Fixed blocks: the same bits for any worker count.
        let blocks = clipping.segments.flatMap { segment in
            stride(from: segment.range.lowerBound, to: segment.range.upperBound, by: 8192).map {
                Clipping.Segment(range: $0..<min($0 + 8192, segment.range.upperBound), group: segment.group)
            }
        }
        let partials = resources.doubles(blocks.count)
        var kernels: [Kernel] = [
            .ranges(blocks.count, work: parameters.trainableSlabCount) { range in
                for index in range {
                    let block = blocks[index].range
                    partials[index] = lk_sum_squares(g + block.lowerBound, Int64(block.count))
                }
            },
            .serial {
                clipping.clear()
                for index in blocks.indices { clipping.add(partials[index], to: blocks[index].group) }
                clipping.finish(limit: limit)
            },
        ]
        for segment in clipping.segments {
            let (first, update) = (segment.range.lowerBound, clipping.update(segment.group))
            kernels.append(
                .ranges(segment.range.count, grain: 16, work: 4 * segment.range.count) { range in
                    guard clipping.norm.isFinite else { return }
                    let (begin, end) = (Int64(first + range.lowerBound), Int64(first + range.upperBound))
                    switch kind {
                    case .adam: lk_adam(p, g, m, v, begin, end, update)
                    case .momentum: lk_momentum(p, g, m, begin, end, update)
                    }
                })
        }
        return kernels
    }
}

/// Parameters whose paths begin alike, clipped by their own gradient norm and learned at a rate of their own.
public struct OptimizerGroup: Hashable, Sendable {
    public var prefix: String
    /// Times the learning rate.
    public var rate: Float

    public init(_ prefix: String, rate: Float = 1) {
        self.prefix = prefix
        self.rate = rate
    }
}

/// Which parameters are clipped by which norm, and the numbers of the step at hand.
final class Clipping {
    /// Neighbours in the slab that share a norm.
    struct Segment {
        var range: Range<Int>
        var group: Int
    }

    let segments: [Segment]
    private let groups: Int
    /// Read by the update, by group.
    private let updates: UnsafeMutablePointer<lk_update>
    /// Sums of squares by group, then the global norm.
    private let sums: UnsafeMutablePointer<Double>

    /// Of each group.
    private let rates: [Float]

    /// Group 0 holds what no prefix in `apart` claims.
    init(_ parameters: Parameters, apart: [OptimizerGroup]) {
        var segments: [Segment] = []
        for entry in parameters.entries where entry.isTrainable {
            let group = (apart.firstIndex { entry.path.hasPrefix($0.prefix) } ?? -1) + 1
            let end = entry.offset + Parameters.slabCount(of: entry.shape)
            if let last = segments.indices.last, segments[last].group == group {
                segments[last].range = segments[last].range.lowerBound..<end
            } else {
                segments.append(Segment(range: entry.offset..<end, group: group))
            }
        }
        self.segments = segments
        groups = apart.count + 1
        rates = [1] + apart.map(\.rate)
        updates = .allocate(capacity: groups)
        updates.initialize(repeating: lk_update(), count: groups)
        sums = .allocate(capacity: groups + 1)
        sums.initialize(repeating: 0, count: groups + 1)
    }

    deinit {
        updates.deallocate()
        sums.deallocate()
    }

    var norm: Double { sums[groups] }

    func update(_ group: Int) -> UnsafePointer<lk_update> { UnsafePointer(updates + group) }

    /// The numbers of a step, not yet clipped.
    func prepare(_ update: lk_update) {
        updates.update(repeating: update, count: groups)
        for group in 1..<max(1, groups) { updates[group].learning_rate *= rates[group] }
    }

    func clear() { sums.update(repeating: 0, count: groups) }

    func add(_ squares: Double, to group: Int) { sums[group] += squares }

    /// Scales the gradients of each group whose norm is above `limit`; a limit of 0 scales none.
    func finish(limit: Double) {
        var total = 0.0
        for group in 0..<groups {
            let norm = sums[group].squareRoot()
            updates[group].gradient_scale = limit > 0 && norm > limit ? Float(limit / (norm + 1e-6)) : 1
            total += sums[group]
        }
        sums[groups] = total.squareRoot()
    }
}
