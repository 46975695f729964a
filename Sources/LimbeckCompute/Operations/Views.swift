import CLimbeckKernels

/// The same elements under another shape: no memory moves.
struct Reshape: Operation {
    var shape: Shape
    var name: String { "reshape" }
    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            operands[0].shape.count == shape.count,
            "reshape: \(operands[0].shape) does not hold as many elements as \(shape)")
        return TensorType(shape, operands[0].element)
    }
    func gradient(_ site: GradientSite) -> [Tensor?] { [site.upstream.reshaped(site.operands[0].shape)] }
    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost { Cost() }
    func lower(_ site: LoweringSite) -> [Kernel] { [] }
    func viewOffset(_ operands: [TensorType]) -> Int? { 0 }
}

/// Elements `start ..< start + length` along one axis. Along the leading axis it is a view.
struct Slice: Operation {
    var axis, start, length: Int
    var name: String { "slice" }

    func type(_ operands: [TensorType]) -> TensorType {
        var shape = operands[0].shape
        precondition(
            start >= 0 && length > 0 && start + length <= shape.extents[axis],
            "slice: \(start)..<\(start + length) of axis \(axis) of \(shape)")
        shape.extents[axis] = length
        return TensorType(shape, operands[0].element)
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        let extent = site.operands[0].shape[axis]
        return [
            site.upstream.trace.apply(
                Pad(axis: axis, before: start, after: extent - start - length), [site.upstream])
        ]
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        viewOffset(operands) == nil ? Cost(bytes: 8 * result.shape.count) : Cost()
    }

    func viewOffset(_ operands: [TensorType]) -> Int? {
        let shape = operands[0].shape
        return shape.count(0..<axis) == 1 ? start * shape.count(axis + 1..<shape.rank) : nil
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape.count(0..<axis), reads: [.rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let inner = site.resultType.shape.count(axis + 1..<site.resultType.shape.rank)
        let (x, y, run, start) = (site.operands[0], site.result, length * inner, start * inner)
        let stride = site.operandTypes[0].shape.extents[axis] * inner, each = site.width / run
        return { slab in
            lk_copy_runs(
                slab[x] + start, slab[y], Int64(slab.rows.lowerBound * each), Int64(slab.rows.upperBound * each),
                Int64(run), Int64(stride), Int64(run))
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let shape = site.operandTypes[0].shape
        let inner = shape.count(axis + 1..<shape.rank)
        return [
            CopyRuns(
                rows: shape.count(0..<axis), run: length * inner,
                from: site.operands[0] + start * inner, fromStride: shape.extents[axis] * inner,
                to: site.result, toStride: length * inner
            ).kernel
        ]
    }
}

/// Zeros before and after along one axis: the reverse of `Slice`, and causal padding.
struct Pad: Operation {
    var axis, before, after: Int
    var name: String { "pad" }

    func type(_ operands: [TensorType]) -> TensorType {
        var shape = operands[0].shape
        shape.extents[axis] += before + after
        return TensorType(shape)
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        [site.upstream.sliced(axis: axis, start: before, length: site.operands[0].shape[axis])]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape.count(0..<axis), reads: [.rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (x, y, pad) = (site.operands[0], site.result, padding(site.operandTypes[0].shape))
        let each = site.resultType.shape.count(0..<axis) / site.rows
        return { slab in
            pad(slab[x], slab[y], slab.rows.lowerBound * each..<slab.rows.upperBound * each)
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let rows = site.resultType.shape.count(0..<axis)
        if rows == 1 { return whole(site) }
        let (x, y, pad) = (site.operands[0], site.result, padding(site.operandTypes[0].shape))
        return [.ranges(rows, work: site.resultType.shape.count) { pad(x, y, $0) }]
    }

    /// Along the leading axis, where all is one row.
    private func whole(_ site: LoweringSite) -> [Kernel] {
        let (x, y, count) = (site.operands[0], site.result, site.operandTypes[0].shape.count)
        let inner = site.resultType.shape.count(axis + 1..<site.resultType.shape.rank)
        let (head, tail) = (before * inner, after * inner)
        return [
            .serial {
                y.update(repeating: 0, count: head)
                (y + head + count).update(repeating: 0, count: tail)
            },
            .ranges(count, grain: 16, work: count) { range in
                (y + head + range.lowerBound).update(from: x + range.lowerBound, count: range.count)
            },
        ]
    }

    /// From, to, rows.
    private func padding(
        _ shape: Shape
    ) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Range<Int>) -> Void {
        let inner = shape.count(axis + 1..<shape.rank)
        let (run, head, tail) = (shape.extents[axis] * inner, before * inner, after * inner)
        return { x, y, rows in
            for row in rows {
                let target = y + row * (head + run + tail)
                target.update(repeating: 0, count: head)
                (target + head).update(from: x + row * run, count: run)
                (target + head + run).update(repeating: 0, count: tail)
            }
        }
    }
}

/// Operands one after another along one axis.
struct Concatenate: Operation {
    var axis: Int
    var name: String { "concatenate" }

    func type(_ operands: [TensorType]) -> TensorType {
        var shape = operands[0].shape
        for operand in operands.dropFirst() {
            var other = operand.shape
            precondition(other.rank == shape.rank, "concatenate: \(shape) and \(other) differ in rank")
            shape.extents[axis] += other.extents[axis]
            other.extents[axis] = shape.extents[axis]
            precondition(other == shape, "concatenate: \(operand.shape) does not fit along axis \(axis)")
        }
        return TensorType(shape)
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        var start = 0
        return site.operands.map { operand in
            defer { start += operand.shape[axis] }
            return site.upstream.sliced(axis: axis, start: start, length: operand.shape[axis])
        }
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape.count(0..<axis), reads: operands.map { _ in .rows })
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let result = site.resultType.shape
        let inner = result.count(axis + 1..<result.rank), each = result.count(0..<axis) / site.rows
        let (y, stride) = (site.result, result.extents[axis] * inner)
        var start = 0
        let parts = zip(site.operands, site.operandTypes).map { operand, type in
            let run = type.shape.extents[axis] * inner
            defer { start += run }
            return (operand: operand, run: run, start: start)
        }
        return { slab in
            for part in parts {
                lk_copy_runs(
                    slab[part.operand], slab[y] + part.start, Int64(slab.rows.lowerBound * each),
                    Int64(slab.rows.upperBound * each), Int64(part.run), Int64(part.run), Int64(stride))
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let result = site.resultType.shape
        let inner = result.count(axis + 1..<result.rank)
        var start = 0
        return zip(site.operands, site.operandTypes).map { operand, type in
            let run = type.shape.extents[axis] * inner
            defer { start += run }
            return CopyRuns(
                rows: result.count(0..<axis), run: run, from: operand, fromStride: run,
                to: site.result + start, toStride: result.extents[axis] * inner
            ).kernel
        }
    }
}

/// Axes in another order.
struct Transpose: Operation {
    var permutation: [Int]
    var name: String { "transpose" }

    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            permutation.sorted() == Array(0..<operands[0].shape.rank),
            "transpose: \(permutation) is not an order of the axes of \(operands[0].shape)")
        return TensorType(Shape(permutation.map { operands[0].shape.extents[$0] }))
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        var inverse = permutation
        for (to, from) in permutation.enumerated() { inverse[from] = to }
        return [site.upstream.transposed(inverse)]
    }

    /// Moving axes of extent 1 moves no element.
    func viewOffset(_ operands: [TensorType]) -> Int? {
        let moved = permutation.filter { operands[0].shape.extents[$0] != 1 }
        return moved == moved.sorted() ? 0 : nil
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        let fixed = permutation.indices.prefix { permutation[$0] == $0 }.count
        return fixed == 0 ? nil : Slabbing(rows: result.shape.count(0..<fixed), reads: [.rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let from = site.operandTypes[0].shape
        let fixed = permutation.indices.prefix { permutation[$0] == $0 }.count
        let strides = permutation.map { from.count($0 + 1..<from.rank) }
        let inner = StridedCopy(
            shape: Array(site.resultType.shape.extents[fixed...]), strides: Array(strides[fixed...]))
        return inner.body(
            site, rows: from.count(0..<fixed), fromWidth: from.count(fixed..<from.rank))
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let from = site.operandTypes[0].shape
        let strides = permutation.map { from.count($0 + 1..<from.rank) }
        return StridedCopy(shape: site.resultType.shape.extents, strides: strides)
            .kernels(from: site.operands[0], to: site.result, site.resources)
    }
}

extension Tensor {
    public func reshaped(_ shape: Shape) -> Tensor {
        self.shape == shape ? self : trace.apply(Reshape(shape: shape), [self])
    }

    public func sliced(axis: Int, start: Int, length: Int) -> Tensor {
        shape[axis] == length
            ? self : trace.apply(Slice(axis: axis, start: start, length: length), [self])
    }

    public func padded(axis: Int, before: Int, after: Int = 0) -> Tensor {
        before + after == 0 ? self : trace.apply(Pad(axis: axis, before: before, after: after), [self])
    }

    public func transposed(_ permutation: [Int]) -> Tensor {
        permutation == Array(0..<shape.rank)
            ? self : trace.apply(Transpose(permutation: permutation), [self])
    }
}

public func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    let axis = axis < 0 ? axis + tensors[0].shape.rank : axis
    return tensors.count == 1 ? tensors[0] : tensors[0].trace.apply(Concatenate(axis: axis), tensors)
}
