import LimbeckONNX

extension GraphBuilder {
    /// `value[start ..< start + length]` along one axis.
    mutating func slice(_ value: GraphValue, axis: Int, start: Int, length: Int) -> GraphValue {
        if length == value.shape[axis] { return value }
        var shape = value.shape
        shape[axis] = length
        if let values = constant(value) {
            let inner = value.shape[(axis + 1)...].reduce(1, *)
            let row = value.shape[axis] * inner
            let kept = Swift.stride(from: 0, to: values.count, by: row).flatMap {
                values[$0 + start * inner..<$0 + (start + length) * inner]
            }
            return floats(Array(kept), shape, name: value.name)
        }
        let inputs = [value, vector([start]), vector([start + length]), vector([axis])]
        return add("Slice", inputs, shape)
    }

    /// `outer` blocks of `inner` elements, the first at `start`, each `stride` after the last: along
    /// an axis of the value as it is where there is one, else along an axis of its rows.
    mutating func blocks(_ value: GraphValue, outer: Int, inner: Int, start: Int, stride: Int) -> GraphValue {
        let count = outer * inner
        if outer == 1 || stride == inner {
            if start == 0, count == value.count { return value }
            let row = value.shape.dropFirst().reduce(1, *)
            if !value.shape.isEmpty, start % row == 0, count % row == 0 {
                return slice(value, axis: 0, start: start / row, length: count / row)
            }
            return slice(reshape(value, [value.count]), axis: 0, start: start, length: count)
        }
        guard stride > 0, start % stride + inner <= stride, value.count % stride == 0 else {
            return take(value, (0..<count).map { start + $0 / inner * stride + $0 % inner })
        }
        let (row, column) = (start / stride, start % stride)
        let widths = Self.strides(value.shape)
        for (axis, width) in widths.enumerated()
        where row == 0 && outer * stride == value.count && width * value.shape[axis] == stride
            && column % width == 0 && inner % width == 0
        {
            return slice(value, axis: axis, start: column / width, length: inner / width)
        }
        let rows = slice(reshape(value, [value.count / stride, stride]), axis: 0, start: row, length: outer)
        return slice(rows, axis: 1, start: column, length: inner)
    }

    /// Elements by their positions.
    mutating func take(_ value: GraphValue, _ positions: [Int]) -> GraphValue {
        let flat = reshape(value, [value.count])
        if let values = constant(flat) {
            return floats(positions.map { values[$0] }, [positions.count], name: value.name)
        }
        return add("Gather", [flat, vector(positions)], [positions.count])
    }

    /// Parts `[outer, widths[i]]` side by side: along an axis they share as they are, else as rows.
    mutating func concatenate(_ parts: [GraphValue], outer: Int) -> GraphValue {
        if parts.count == 1 { return parts[0] }
        let first = parts[0].shape
        for axis in first.indices where first[..<axis].reduce(1, *) == outer {
            let fits = parts.allSatisfy { part in
                part.shape.count == first.count
                    && first.indices.allSatisfy { $0 == axis || part.shape[$0] == first[$0] }
            }
            if fits { return concatenate(parts, axis: axis) }
        }
        let rows = parts.map { reshape($0, [outer, $0.count / outer]) }
        return concatenate(rows, axis: 1)
    }

    private mutating func concatenate(_ parts: [GraphValue], axis: Int) -> GraphValue {
        var shape = parts[0].shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        return add("Concat", parts, shape, attributes: ["axis": .integer(Int64(axis))])
    }
}
