import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    /// Over the axes that the value has where they are the middle ones, else over `[outer, middle, inner]`.
    mutating func write(_ reduction: Reduction) throws {
        let (outer, middle, inner) = (reduction.outer, reduction.middle, reduction.inner)
        var value = try read(reduction.input, outer * middle * inner)
        var axes = Self.axes(of: middle, after: outer, in: value.shape)
        if axes == nil {
            value = graph.reshape(value, [outer, middle, inner])
            axes = [1]
        }
        let reduced = axes ?? []
        var shape = value.shape.indices.filter { !reduced.contains($0) }.map { value.shape[$0] }
        let keeps: ONNXAttribute = .integer(shape.isEmpty ? 1 : 0)
        if shape.isEmpty { shape = value.shape.map { _ in 1 } }
        let list = ONNXAttribute.integers(reduced.map { Int64($0) })
        let result =
            switch reduction.kind {
            case .sum:
                graph.add("ReduceSum", [value, graph.vector(reduced)], shape, attributes: ["keepdims": keeps])
            case .mean: graph.add("ReduceMean", [value], shape, attributes: ["axes": list, "keepdims": keeps])
            case .maximum: graph.add("ReduceMax", [value], shape, attributes: ["axes": list, "keepdims": keeps])
            }
        hold(result, in: reduction.output)
    }

    /// Neighbouring axes with `middle` elements, behind axes with `outer`.
    private static func axes(of middle: Int, after outer: Int, in shape: [Int]) -> [Int]? {
        for first in shape.indices where shape[..<first].reduce(1, *) == outer {
            for end in first + 1...shape.count where shape[first..<end].reduce(1, *) == middle {
                return Array(first..<end)
            }
        }
        return nil
    }

    mutating func writeSoftmax(_ input: Int, _ output: Int, rows: Int, width: Int) throws {
        var value = try read(input, rows * width)
        if value.shape.last != width { value = graph.reshape(value, [rows, width]) }
        hold(graph.add("Softmax", [value], value.shape, attributes: ["axis": .integer(-1)]), in: output)
    }
}
