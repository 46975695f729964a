import CLimbeckKernels

/// Rows of a table `[V, D]` by index `[…]`: result `[…, D]`. Indices are checked where they enter.
struct Gather: Operation {
    var name: String { "gather" }

    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            operands[0].shape.rank == 2 && operands[1].element == .int32,
            "gather: needs a table [V, D] and whole-number indices, not \(operands[0].shape) and \(operands[1])")
        return TensorType(Shape(operands[1].shape.extents + [operands[0].shape[1]]))
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost { Cost(bytes: 8 * result.shape.count) }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        [
            site.upstream.trace.apply(
                ScatterAdd(rows: site.operands[0].shape[0]), [site.upstream, site.operands[1]]), nil,
        ]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: operands[1].shape.count, reads: [.whole, .rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (table, indices, y) = (site.operands[0], site.operands[1], site.result)
        let width = site.operandTypes[0].shape[1], each = site.width(1)
        return { slab in
            lk_gather(
                slab[table], LoweringSite.indices(slab[indices]), slab[y], Int64(slab.rows.lowerBound * each),
                Int64(slab.rows.upperBound * each), Int64(width))
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let (table, y, width) = (site.operands[0], site.result, site.operandTypes[0].shape[1])
        let indices = site.indices(1)
        return [
            .ranges(site.operandTypes[1].shape.count, work: site.resultType.shape.count) {
                lk_gather(table, indices, y, Int64($0.lowerBound), Int64($0.upperBound), Int64(width))
            }
        ]
    }
}

/// The reverse of `Gather`: rows added up by index into a table of `rows`.
struct ScatterAdd: Operation {
    var rows: Int
    var name: String { "scatterAdd" }

    func type(_ operands: [TensorType]) -> TensorType { TensorType([rows, operands[0].shape[-1]]) }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(flops: operands[0].shape.count, bytes: 12 * operands[0].shape.count)
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let (dy, table, indices) = (site.operands[0], site.result, site.indices(1))
        let width = site.resultType.shape[1], count = site.operandTypes[1].shape.count
        let size = site.resultType.shape.count
        let clear = Kernel.serial { table.update(repeating: 0, count: size) }
        if count * width < Kernel.parallelThreshold {
            return [clear, .serial { lk_scatter_add(dy, indices, table, Int64(count), Int64(width), 0, 1) }]
        }
        return [
            clear,
            Kernel(isParallel: true) { worker, workers in
                lk_scatter_add(
                    dy, indices, table, Int64(count), Int64(width), Int32(worker), Int32(workers))
            },
        ]
    }
}

extension LoweringSite {
    /// An operand of whole numbers.
    func indices(_ operand: Int) -> UnsafePointer<Int32> { Self.indices(operands[operand]) }

    static func indices(_ memory: UnsafeMutablePointer<Float>) -> UnsafePointer<Int32> {
        UnsafePointer(UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Int32.self))
    }
}

extension Tensor {
    /// Rows of this table `[V, D]`.
    public func gather(_ indices: Tensor) -> Tensor { trace.apply(Gather(), [self, indices]) }
}
