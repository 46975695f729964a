import LimbeckCompute
import LimbeckRuntime

extension ProgramLowering {
    /// Axes of extent 1 are dropped and axes that stay together become one; what is then in its
    /// old order moves nothing.
    mutating func lowerTranspose(_ node: Int, _ permutation: [Int]) throws {
        let source = computation.nodes[node].operands[0]
        let from = type(source).shape
        /// Runs of axes that stay neighbours, in the result's order.
        var runs: [Range<Int>] = []
        for axis in permutation where from.extents[axis] != 1 {
            if let last = runs.last, last.upperBound <= axis,
                from.count(last.upperBound..<axis) == 1
            {
                runs[runs.count - 1] = last.lowerBound..<axis + 1
            } else {
                runs.append(axis..<axis + 1)
            }
        }
        if runs.count <= 1 { return alias(node, of: source) }
        guard runs.count <= Transposition.largestRank else {
            throw unsupported(node, "it moves more than \(Transposition.largestRank) axes")
        }
        let sorted = runs.sorted { $0.lowerBound < $1.lowerBound }
        builder.emit(
            .transpose(
                Transposition(
                    input: try buffer(source), output: result(node),
                    shape: sorted.map { from.count($0) },
                    permutation: runs.map { run in sorted.firstIndex(of: run) ?? 0 })))
    }

    /// A slice along the leading axis is a view of the history, or a copy of one block.
    mutating func lowerSlice(_ node: Int, axis: Int, start: Int) throws {
        let source = computation.nodes[node].operands[0]
        let from = type(source).shape
        let input = try buffer(source)
        let inner = from.count(axis + 1..<from.rank)
        let outer = from.count(0..<axis)
        let length = type(node).shape[axis] * inner
        if outer == 1, builder.source(input) == .history {
            let offset = builder.offset(input) + start * inner
            return hold(node, in: builder.history(length, from: offset))
        }
        builder.emit(
            .copy(
                .slice(
                    input: input, output: result(node), outer: outer, inner: length,
                    start: start * inner, width: from[axis] * inner)))
    }

    mutating func lowerPad(_ node: Int, axis: Int, before: Int) throws {
        let source = computation.nodes[node].operands[0]
        let from = type(source).shape
        let input = try buffer(source)
        let inner = from.count(axis + 1..<from.rank)
        let zero = builder.zeroConstant()
        let output = result(node)
        builder.emit(.broadcast(Operand(zero, period: 1), output: output))
        builder.emit(
            .copy(
                .part(
                    input: input, output: output, outer: from.count(0..<axis),
                    inner: from[axis] * inner, start: before * inner,
                    width: type(node).shape[axis] * inner)))
    }

    mutating func lowerConcatenation(_ node: Int, axis: Int) throws {
        let whole = type(node).shape
        let inner = whole.count(axis + 1..<whole.rank)
        let inputs = try computation.nodes[node].operands.map { try buffer($0) }
        let output = result(node)
        var start = 0
        for (operand, input) in zip(computation.nodes[node].operands, inputs) {
            let length = type(operand).shape[axis] * inner
            builder.emit(
                .copy(
                    .part(
                        input: input, output: output, outer: whole.count(0..<axis), inner: length,
                        start: start, width: whole[axis] * inner)))
            start += length
        }
    }
}
