import CLimbeckKernels

/// How an operation can be computed slab by slab: its result, or what it sums, in `rows` equal
/// parts along the leading axes. Any divisor of `rows` serves as well.
public struct Slabbing: Hashable, Sendable {
    public enum Reading: Hashable, Sendable {
        /// A slab of the result needs the same slab of this operand.
        case rows
        /// Every slab needs all of it.
        case whole
        /// A sum over rows that this one is added to, in its memory.
        case sum
    }

    var rows: Int
    var reads: [Reading]
    /// The result is a sum over all rows, to which every slab adds.
    var isSum = false
}

/// One slab on one worker.
public struct Slab {
    var rows: Range<Int>
    var worker: Int
    /// The worker's first in this step: sums begin here.
    var isFirst: Bool
    /// Where the values of the group are, by slot; row r of a value of width w is at `r * w`, also
    /// of one that exists for this slab only.
    var memory: UnsafePointer<UnsafeMutablePointer<Float>>

    subscript(slot: Int) -> UnsafeMutablePointer<Float> { memory[slot] }

    /// This slab's rows of one value into another, unless the plan made them one.
    func copy(_ from: Int, to target: Int, width: Int) {
        if self[from] == self[target] { return }
        let first = rows.lowerBound * width
        (self[target] + first).update(from: self[from] + first, count: rows.count * width)
    }
}

/// Where an operation is lowered to work on slabs: as `LoweringSite`, with slots for pointers.
public struct SlabSite {
    let operandTypes: [TensorType]
    let resultType: TensorType
    /// Rows of the group.
    let rows: Int
    let operands: [Int]
    let result: Int
    let resources: ExecutionResources

    /// Numbers in one row of an operand or of the result.
    func width(_ operand: Int) -> Int { operandTypes[operand].shape.count / rows }
    var width: Int { resultType.shape.count / rows }
}

public typealias SlabBody = (Slab) -> Void

/// Operations that run one after another on each slab before the next slab is begun, so that what
/// passes between them stays in the worker's cache, without a barrier.
struct SlabGroup {
    /// Nodes of the scheduled computation.
    var nodes: Range<Int>
    var rows: Int
    /// Rows of one slab.
    var slabRows = 1
}

extension LoweringSite {
    /// The kernels of an operation with a slabbing, alone: one row at a time.
    func bySlabs(_ operation: any Operation) -> [Kernel] {
        guard let slabbing = operation.slabbing(operandTypes, resultType) else {
            preconditionFailure("\(operation.name): is not computed by slabs")
        }
        let cost = operation.cost(operandTypes, resultType)
        let site = SlabSite(
            operandTypes: operandTypes, resultType: resultType, rows: slabbing.rows,
            operands: Array(operands.indices), result: operands.count, resources: resources)
        let slots =
            operands.map { SlabRunner.Slot.memory($0) }
            + [slabbing.isSum ? .sum(result, count: resultType.shape.count) : .memory(result)]
        return SlabRunner(
            SlabGroup(nodes: 0..<1, rows: slabbing.rows), slots, [operation.lower(site)],
            work: cost.flops / 16 + cost.bytes / 4, resources
        ).kernels
    }
}

/// A group bound to memory.
final class SlabRunner {
    enum Slot {
        case memory(UnsafeMutablePointer<Float>)
        /// In the worker's own memory, from this many numbers in.
        case local(offset: Int, width: Int)
        /// Added up by every worker apart, then together.
        case sum(UnsafeMutablePointer<Float>, count: Int)
    }

    private let group: SlabGroup
    private let steps: [SlabBody]
    private let locals: [(slot: Int, offset: Int, width: Int)]
    private var sums: [(result: UnsafeMutablePointer<Float>, parts: [UnsafeMutablePointer<Float>], count: Int)] = []
    /// By worker.
    private var tables: [UnsafeMutablePointer<UnsafeMutablePointer<Float>>] = []
    private let resources: ExecutionResources
    private let work: Int

    init(_ group: SlabGroup, _ slots: [Slot], _ steps: [SlabBody], work: Int, _ resources: ExecutionResources) {
        self.group = group
        self.steps = steps
        self.resources = resources
        self.work = work
        locals = slots.enumerated().compactMap { index, slot in
            if case .local(let offset, let width) = slot { (index, offset, width) } else { nil }
        }
        var places: [UnsafeMutablePointer<Float>: Int] = [:]
        for worker in 0..<resources.workers {
            let table = resources.pointers(slots.count)
            for (index, slot) in slots.enumerated() {
                switch slot {
                case .memory(let memory): table[index] = memory
                case .local: table[index] = resources.slabs[worker]
                case .sum(let result, let count):
                    if worker == 0 || !isParallel {
                        table[index] = result
                        if places[result] == nil {
                            places[result] = sums.count
                            sums.append((result, [], count))
                        }
                    } else if let sum = places[result] {
                        if sums[sum].parts.count < worker { sums[sum].parts.append(resources.floats(count)) }
                        table[index] = sums[sum].parts[worker - 1]
                    }
                }
            }
            tables.append(table)
        }
    }

    private var isParallel: Bool { work >= Kernel.parallelThreshold && resources.workers > 1 }

    var kernels: [Kernel] {
        let rows = group.rows
        guard isParallel else {
            return [.serial { self.run(0..<rows, worker: 0) }]
        }
        let share = Kernel(isParallel: true) { worker, workers in
            self.run(Kernel.split(rows, grain: 1, worker: worker, workers: workers), worker: worker)
        }
        return [share]
            + sums.map { sum in
                .ranges(sum.count, grain: 16, work: sum.count * sum.parts.count) { range in
                    for part in sum.parts {
                        lk_add(sum.result + range.lowerBound, part + range.lowerBound, Int64(range.count))
                    }
                }
            }
    }

    private func run(_ rows: Range<Int>, worker: Int) {
        let (table, memory) = (tables[worker], resources.slabs[worker])
        var first = rows.lowerBound
        while first < rows.upperBound {
            let last = min(first + group.slabRows, rows.upperBound)
            for local in locals { table[local.slot] = memory + (local.offset - first * local.width) }
            let slab = Slab(
                rows: first..<last, worker: worker, isFirst: first == rows.lowerBound, memory: UnsafePointer(table))
            for step in steps { step(slab) }
            first = last
        }
    }
}
