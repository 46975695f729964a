import CLimbeckKernels

/// Runs of consecutive elements between two strided places.
struct CopyRuns {
    var rows, run: Int
    var from: UnsafeMutablePointer<Float>
    var fromStride: Int
    var to: UnsafeMutablePointer<Float>
    var toStride: Int

    var kernel: Kernel {
        let copy = self
        return .ranges(rows, work: rows * run) {
            lk_copy_runs(
                copy.from, copy.to, Int64($0.lowerBound), Int64($0.upperBound), Int64(copy.run),
                Int64(copy.fromStride), Int64(copy.toStride))
        }
    }
}

extension LoweringSite {
    /// The operand's numbers into the result's memory, unless the plan made them one.
    func copyOperand(_ index: Int) -> [Kernel] {
        let (from, to) = (operands[index], result)
        if from == to { return [] }
        return [
            .ranges(resultType.shape.count, grain: 16, work: resultType.shape.count) { range in
                (to + range.lowerBound).update(from: from + range.lowerBound, count: range.count)
            }
        ]
    }
}

/// A contiguous result read through strides: transposes and general broadcasts.
struct StridedCopy {
    var shape: [Int]
    var strides: [Int]

    /// Axes that are traversed together are merged, extents of 1 dropped.
    var simplified: StridedCopy {
        var result = StridedCopy(shape: [], strides: [])
        for (extent, stride) in zip(shape, strides) where extent != 1 {
            if let last = result.strides.last, last == stride * extent {
                result.shape[result.shape.count - 1] *= extent
                result.strides[result.strides.count - 1] = stride
            } else {
                result.shape.append(extent)
                result.strides.append(stride)
            }
        }
        return result.shape.isEmpty ? StridedCopy(shape: [1], strides: [1]) : result
    }

    /// The same copy for each of `rows`, which lie `fromWidth` apart in the operand.
    func body(_ site: SlabSite, rows: Int, fromWidth: Int) -> SlabBody {
        let simple = simplified
        let shape = site.resources.integers([1] + simple.shape)
        let strides = site.resources.integers([0] + simple.strides)
        let rank = Int32(simple.shape.count + 1), width = simple.shape.reduce(1, *)
        let (x, y, each) = (site.operands[0], site.result, rows / site.rows)
        return { slab in
            for row in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                lk_transpose(slab[x] + row * fromWidth, slab[y] + row * width, rank, shape, strides, 0, 1)
            }
        }
    }

    func kernels(
        from x: UnsafeMutablePointer<Float>, to y: UnsafeMutablePointer<Float>,
        _ resources: ExecutionResources
    ) -> [Kernel] {
        let simple = simplified
        let shape = resources.integers(simple.shape), strides = resources.integers(simple.strides)
        let rank = Int32(simple.shape.count)
        let count = simple.shape.reduce(1, *)
        return [
            .ranges(simple.shape[0], work: count) {
                lk_transpose(x, y, rank, shape, strides, Int64($0.lowerBound), Int64($0.upperBound))
            }
        ]
    }
}
