import CLimbeckKernels

/// Sum or maximum over the middle of `[outer, middle, inner]`.
struct Reduce: Operation {
    enum Kind: Hashable, Sendable, CaseIterable { case sum, maximum }
    var kind: Kind
    var outer, middle, inner: Int
    /// The result's shape, of outer × inner elements.
    var shape: Shape

    var name: String { kind == .sum ? "sum" : "max" }

    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            operands[0].shape.count == outer * middle * inner && shape.count == outer * inner,
            "\(name): \(operands[0].shape) is not [\(outer), \(middle), \(inner)]")
        return TensorType(shape)
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(flops: operands[0].shape.count, bytes: 4 * (operands[0].shape.count + shape.count))
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        let x = site.operands[0]
        let column: Shape = [outer, 1, inner]
        let whole: Shape = [outer, middle, inner]
        switch kind {
        case .sum:
            let dy = site.upstream.reshaped(column)
            return [dy.spread(to: whole).reshaped(x.shape)]
        case .maximum:
            let cube = x.reshaped(whole)
            let isMaximum =
                cube.greater(site.result.reshaped(column)).unary(.affine(scale: -1, shift: 1))
                * site.result.reshaped(column).greater(cube).unary(.affine(scale: -1, shift: 1))
            return [(isMaximum * site.upstream.reshaped(column)).reshaped(x.shape)]
        }
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        if outer > 1 { return Slabbing(rows: outer, reads: [.rows]) }
        return kind == .sum ? Slabbing(rows: middle, reads: [.rows], isSum: true) : nil
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (x, y, kind) = (site.operands[0], site.result, kind)
        let (middle, inner) = (Int64(middle), Int64(inner))
        if outer == 1 {
            let each = self.middle / site.rows
            return { slab in
                let source = slab[x] + slab.rows.lowerBound * each * Int(inner)
                let count = Int64(slab.rows.count * each)
                if inner == 1 {
                    slab[y][0] = (slab.isFirst ? 0 : slab[y][0]) + Float(lk_sum(source, count))
                } else {
                    lk_sum_middle(source, slab[y], 1, count, inner, 0, inner, !slab.isFirst)
                }
            }
        }
        let rows = outer / site.rows
        return { slab in
            let first = slab.rows.lowerBound * rows, count = Int64(slab.rows.count * rows)
            let (source, target) = (slab[x] + first * Int(middle * inner), slab[y] + first * Int(inner))
            if kind == .maximum {
                lk_max_middle(source, target, count, middle, inner, 0, inner)
            } else if inner == 1 {
                lk_sum_rows(source, target, 0, count, middle)
            } else {
                lk_sum_middle(source, target, count, middle, inner, 0, inner, false)
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let (x, y) = (site.operands[0], site.result)
        let (outer, middle, inner, work) = (outer, middle, inner, site.operandTypes[0].shape.count)
        if kind == .maximum {
            return [
                .ranges(inner, work: outer == 1 ? work : 0) {
                    lk_max_middle(
                        x, y, Int64(outer), Int64(middle), Int64(inner), Int64($0.lowerBound), Int64($0.upperBound))
                }
            ]
        }
        if inner == 1 {
            if outer == 1 { return fullSum(x, y, site.resources) }
            return [
                .ranges(outer, work: work) {
                    lk_sum_rows(x, y, Int64($0.lowerBound), Int64($0.upperBound), Int64(middle))
                }
            ]
        }
        if outer > 1, inner < 64 {
            return [
                .ranges(outer, work: work) {
                    lk_sum_middle(
                        x + $0.lowerBound * middle * inner, y + $0.lowerBound * inner,
                        Int64($0.count), Int64(middle), Int64(inner), 0, Int64(inner), false)
                }
            ]
        }
        return [
            .ranges(inner, grain: 16, work: work) {
                lk_sum_middle(
                    x, y, Int64(outer), Int64(middle), Int64(inner), Int64($0.lowerBound), Int64($0.upperBound),
                    false)
            }
        ]
    }

    /// Fixed blocks into partial sums, then their sum: the same bits for any worker count.
    private func fullSum(
        _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        _ resources: ExecutionResources
    ) -> [Kernel] {
        let count = middle
        let block = 4096
        let blocks = (count + block - 1) / block
        if blocks == 1 { return [.serial { y[0] = Float(lk_sum(x, Int64(count))) }] }
        let partials = resources.doubles(blocks)
        return [
            .ranges(blocks, work: count) { range in
                for index in range {
                    let begin = index * block
                    partials[index] = lk_sum(x + begin, Int64(min(block, count - begin)))
                }
            },
            .serial {
                var total = 0.0
                for index in 0..<blocks { total += partials[index] }
                y[0] = Float(total)
            },
        ]
    }
}

extension Tensor {
    /// Sum over a contiguous range of axes, which stay with extent 1.
    public func sum(_ axes: Range<Int>) -> Tensor { reduced(.sum, axes) }

    /// Sum over one axis, which stays with extent 1; negative axes count from the end.
    public func sum(axis: Int) -> Tensor {
        let axis = axis < 0 ? axis + shape.rank : axis
        return sum(axis..<axis + 1)
    }

    public func maximum(axis: Int) -> Tensor {
        let axis = axis < 0 ? axis + shape.rank : axis
        return reduced(.maximum, axis..<axis + 1)
    }

    public func mean(_ axes: Range<Int>) -> Tensor {
        sum(axes).scaled(1 / Float(shape.count(axes)))
    }

    public func mean(axis: Int) -> Tensor { sum(axis: axis).scaled(1 / Float(shape[axis])) }

    /// The sum of every element, as a scalar.
    public func sum() -> Tensor {
        trace.apply(Reduce(kind: .sum, outer: 1, middle: shape.count, inner: 1, shape: []), [self])
    }

    public func mean() -> Tensor { sum().scaled(1 / Float(shape.count)) }

    private func reduced(_ kind: Reduce.Kind, _ axes: Range<Int>) -> Tensor {
        var kept = shape
        for axis in axes { kept.extents[axis] = 1 }
        return trace.apply(
            Reduce(
                kind: kind, outer: shape.count(0..<axes.lowerBound), middle: shape.count(axes),
                inner: shape.count(axes.upperBound..<shape.rank), shape: kept), [self])
    }

    /// The reverse of broadcasting: sums over every repeated axis.
    func summed(to target: Shape) -> Tensor {
        if shape == target { return self }
        let padded = Array(repeating: 1, count: shape.rank - target.rank) + target.extents
        var result = self
        var axis = shape.rank - 1
        while axis >= 0 {
            let repeated = padded[axis] == 1 && shape.extents[axis] != 1
            guard repeated else {
                axis -= 1
                continue
            }
            var first = axis
            while first > 0, padded[first - 1] == 1 { first -= 1 }
            result = result.sum(first..<axis + 1)
            axis = first - 1
        }
        return result.reshaped(target)
    }

    /// Repeats this over `shape`: elementwise, so that it fuses into its reader, where it can be.
    func spread(to shape: Shape) -> Tensor {
        if self.shape == shape { return self }
        if self.shape.pattern(in: shape) == nil { return broadcast(to: shape) }
        return trace.apply(Spread(shape: shape), [self])
    }
}

/// A broadcast written as an elementwise operation, so that it fuses.
struct Spread: Operation {
    var shape: Shape
    var name: String { "spread" }
    var isCheap: Bool { true }
    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            operands[0].shape.pattern(in: shape) != nil,
            "spread: \(operands[0].shape) has no stride pattern in \(shape)")
        return TensorType(shape)
    }
    func gradient(_ site: GradientSite) -> [Tensor?] { [site.upstream.summed(to: site.operands[0].shape)] }
    func lower(_ site: LoweringSite) -> [Kernel] { Fused.single(self, site).lower(site) }
}
