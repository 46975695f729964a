import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    static let movement: [String: Handler] = [
        "Transpose": { site in
            let value = try site.movable(0)
            let order = try site.integers("perm") ?? Array(value.extents.indices.reversed())
            return [try site.transposed(value, order)]
        },
        "Concat": { site in
            guard let rank = try site.inputs.indices.first.map({ try site.value($0).extents.count }) else {
                throw site.malformed("there is nothing to join")
            }
            // Lists of nothing join everything, as shapes of scalars do.
            let values = try site.inputs.indices.map { try site.movable($0) }.filter { $0.extents != [0] }
            guard !values.isEmpty else { return [.numbers(Numbers(integers: []))] }
            return [try site.concatenated(values, axis: site.axis(try site.integer("axis", 0), rank))]
        },
        "Split": { site in
            let value = try site.movable(0)
            let axis = try site.axis(site.integer("axis", 0), value.extents.count)
            let extent = value.extents[axis], parts = site.node.outputs.count
            guard parts > 0 else { throw site.malformed("there are no parts") }
            let size = (extent + parts - 1) / parts
            let sizes =
                try site.integers("split", orInput: 1)
                ?? (0..<parts).map { max(0, min(size, extent - $0 * size)) }
            guard sizes.count == parts, sizes.allSatisfy({ $0 >= 0 && $0 <= extent }), sizes.reduce(0, +) == extent
            else { throw site.malformed("parts of \(sizes) do not make \(extent)") }
            var start = 0
            return try sizes.map { size in
                defer { start += size }
                return try site.taken(value, axis: axis, Array(start..<start + size))
            }
        },
        "Expand": { site in
            let value = try site.movable(0)
            return [try site.broadcast(value, to: site.broadcast(value.extents, site.integers(1)))]
        },
        "Tile": { site in
            let value = try site.movable(0), extents = value.extents, repeats = try site.integers(1)
            guard repeats.count == extents.count, ImportLimits.count(repeats) != nil else {
                throw site.malformed("\(extents) cannot be repeated \(repeats) times")
            }
            // [d] → [1, d] → [r, d] → [r · d], axis by axis.
            let tiled = zip(extents, repeats).map { $0.multipliedReportingOverflow(by: $1).partialValue }
            _ = try site.fitting(tiled)
            var result = value
            for axis in extents.indices where repeats[axis] > 1 {
                var shape = result.extents
                shape.insert(1, at: axis)
                result = try site.reshaped(result, shape)
                shape[axis] = repeats[axis]
                result = try site.broadcast(result, to: shape)
                shape.remove(at: axis)
                shape[axis] *= repeats[axis]
                result = try site.reshaped(result, shape)
            }
            return [result]
        },
        "Pad": { site in
            let value = try site.movable(0), rank = value.extents.count
            guard let pads = try site.integers("pads", orInput: 1) else { throw site.malformed("pads are missing") }
            let axes = site.has(3) ? try site.integers(3).map { try site.axis($0, rank) } : Array(0..<rank)
            guard pads.count == 2 * axes.count, Set(axes).count == axes.count,
                pads.allSatisfy({ Swift.abs($0) <= ImportLimits.elements })
            else { throw site.malformed("pads \(pads) do not fit \(value.extents)") }
            let mode = try site.text("mode", "constant")
            let fill = site.has(2) ? Float(try site.scalar(2)) : try site.float("value", 0)
            var result = value
            for (index, axis) in axes.enumerated() {
                result = try site.padded(
                    result, axis: axis, before: pads[index], after: pads[index + axes.count], mode: mode, fill: fill)
            }
            return [result]
        },
    ]

    static let selection: [String: Handler] = [
        "Slice": { site in
            let value = try site.movable(0), extents = value.extents
            guard let starts = try site.integers("starts", orInput: 1), let ends = try site.integers("ends", orInput: 2)
            else { throw site.malformed("starts or ends are missing") }
            let given = try site.integers("axes", orInput: 3) ?? Array(starts.indices)
            let axes = try given.map { try site.axis($0, extents.count) }
            let steps = site.has(4) ? try site.integers(4) : starts.map { _ in 1 }
            guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
                throw site.malformed("starts, ends, axes and steps differ in number")
            }
            var result = value
            for (index, axis) in axes.enumerated() {
                let extent = result.extents[axis], step = steps[index]
                guard step != 0 else { throw site.malformed("a step is 0") }
                func inside(_ position: Int, _ range: ClosedRange<Int>) -> Int {
                    let position = position < 0 ? position + extent : position
                    return max(range.lowerBound, min(range.upperBound, position))
                }
                let entries: [Int]
                if step > 0 {
                    entries = Array(
                        stride(from: inside(starts[index], 0...extent), to: inside(ends[index], 0...extent), by: step))
                } else {
                    let end = ends[index] <= -ImportLimits.integer ? -1 : inside(ends[index], -1...max(0, extent - 1))
                    entries = Array(stride(from: inside(starts[index], -1...extent - 1), to: end, by: step))
                }
                result = try site.taken(result, axis: axis, entries)
            }
            return [result]
        },
        "Gather": { site in
            let value = try site.movable(0), extents = value.extents
            let axis = try site.axis(site.integer("axis", 0), extents.count)
            guard let indices = try site.value(1).known else {
                return [.tensor(try site.gathered(site.tensor(0), axis: axis, by: site.tensor(1)))]
            }
            let extent = extents[axis]
            let entries = indices.integers.map { $0 < 0 ? $0 + extent : $0 }
            guard entries.allSatisfy({ (0..<extent).contains($0) }) else {
                throw site.malformed("an index lies outside axis \(axis) of \(extents)")
            }
            let taken = try site.taken(value, axis: axis, entries)
            return [try site.reshaped(taken, extents[..<axis] + indices.extents + extents[(axis + 1)...])]
        },
    ]
}

extension NodeSite {
    /// Rows by indices that are data, rounded to the nearest: a product with 1 where the index is.
    func gathered(_ table: Tensor, axis: Int, by indices: Tensor) throws -> Tensor {
        let extents = table.shape.extents, rows = extents[axis]
        _ = try fitting(indices.shape.extents + [rows])
        let numbers = trace.constant((0..<rows).map(Float.init), [rows])
        let index = indices.reshaped(try fitting(indices.shape.extents + [1]))
        let isAbove = try greater(scaled(numbers, 1, shift: 0.5), index)
        let isBelow = try greater(scaled(numbers, 1, shift: -0.5), index)
        let hit = try subtract(isAbove, isBelow)
        var first = Array(extents.indices)
        first.remove(at: axis)
        let rest = first.map { extents[$0] }
        let result = try fitting(indices.shape.extents + rest)
        let flat = table.transposed([axis] + first).reshaped([rows, rest.reduce(1, *)])
        let product = hit.dense(flat).reshaped(result)
        // Indices stand where the axis was.
        let own = indices.shape.rank
        let order = (0..<axis).map { own + $0 } + Array(0..<own) + (axis..<rest.count).map { own + $0 }
        return transposed(product, order)
    }

    /// Entries before and after along one axis; negative ones cut away.
    func padded(
        _ value: Value, axis: Int, before: Int, after: Int, mode: String, fill: Float
    ) throws -> Value {
        if before == 0, after == 0 { return value }
        let extent = value.extents[axis], length = extent + before + after
        guard length > 0, extent > 0 else { throw malformed("nothing is left of axis \(axis)") }
        switch mode {
        case "edge", "reflect", "wrap":
            guard mode != "reflect" || max(before, after) < extent, before >= 0, after >= 0,
                length <= ImportLimits.folded
            else { throw malformed("pads of \(before) and \(after) do not fit axis \(axis) of \(value.extents)") }
            let entries = (-before..<extent + after).map { index in
                switch mode {
                case "edge": max(0, min(extent - 1, index))
                case "wrap": ((index % extent) + extent) % extent
                default: index < 0 ? -index : index >= extent ? 2 * (extent - 1) - index : index
                }
            }
            return try taken(value, axis: axis, entries)
        case "constant":
            var extents = value.extents
            let (first, last) = (max(0, -before), extent - max(0, -after))
            guard first < last else { throw malformed("nothing is left of axis \(axis)") }
            let kept = first..<last
            extents[axis] = length
            _ = try fitting(extents)
            let cut = try tracer.tensor(try taken(value, axis: axis, Array(kept)), for: node.label)
            let inner = fill == 0 ? cut : scaled(cut, 1, shift: -fill)
            let outer = inner.padded(axis: axis, before: max(0, before), after: max(0, after))
            return .tensor(fill == 0 ? outer : scaled(outer, 1, shift: fill))
        default: throw unsupported("padding of mode \(mode)")
        }
    }
}
