import Foundation
import LimbeckCompute

extension SupportedOperations {
    static let products: [String: Handler] = [
        "MatMul": { site in [.tensor(try site.product(site.tensor(0), site.tensor(1)))] },
        "Gemm": { site in
            var (a, b) = (try site.tensor(0), try site.tensor(1))
            guard a.shape.rank == 2, b.shape.rank == 2 else { throw site.malformed("its operands are no matrices") }
            if try site.integer("transA", 0) != 0 { a = site.transposed(a, [1, 0]) }
            let isTransposed = try site.integer("transB", 0) != 0
            guard a.shape[1] == b.shape[isTransposed ? 1 : 0] else {
                throw site.malformed("\(a.shape) and \(b.shape) do not fit")
            }
            _ = try site.fitting([a.shape[0], b.shape[isTransposed ? 0 : 1]])
            var result = a.matmul(b, transposeOther: isTransposed)
            let alpha = try site.float("alpha", 1), beta = try site.float("beta", 1)
            if alpha != 1 { result = site.scaled(result, alpha) }
            guard site.has(2), beta != 0 else { return [.tensor(result)] }
            let bias = try site.tensor(2)
            return [.tensor(try site.add(result, beta == 1 ? bias : site.scaled(bias, beta)))]
        },
        "Einsum": { site in
            let equation = try site.text("equation", "").filter { !$0.isWhitespace }
            return [.tensor(try site.einsum(equation, site.inputs.indices.map { try site.tensor($0) }))]
        },
    ]
}

extension NodeSite {
    /// NumPy's matrix product: vectors become matrices, leading axes broadcast.
    func product(_ left: Tensor, _ right: Tensor) throws -> Tensor {
        guard left.shape.rank > 0, right.shape.rank > 0 else { throw malformed("a number is no matrix") }
        let isRow = left.shape.rank == 1, isColumn = right.shape.rank == 1
        let a = isRow ? left.reshaped([1, left.shape[0]]) : left
        let b = isColumn ? right.reshaped([right.shape[0], 1]) : right
        let (m, k, n) = (a.shape[-2], a.shape[-1], b.shape[-1])
        guard k == b.shape[-2] else { throw malformed("\(left.shape) and \(right.shape) do not fit") }
        let batch = try broadcast(Array(a.shape.extents.dropLast(2)), Array(b.shape.extents.dropLast(2)))
        _ = try fitting(batch + [m, n])
        let result: Tensor
        if b.shape.rank == 2 {
            result = a.dense(b)
        } else {
            let count = batch.reduce(1, *)
            func lined(_ x: Tensor) throws -> Tensor {
                if x.shape.rank == 2 { return x }
                let tail = Array(x.shape.extents.suffix(2))
                return x.broadcast(to: try fitting(batch + tail)).reshaped(Shape([count] + tail))
            }
            result = try lined(a).matmul(lined(b))
        }
        let shape = batch + (isRow ? [] : [m]) + (isColumn ? [] : [n])
        return result.reshaped(Shape(shape))
    }

    /// One or two operands: letters in both and in the result go along, in both only are summed.
    func einsum(_ equation: String, _ operands: [Tensor]) throws -> Tensor {
        let sides = equation.components(separatedBy: "->")
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        guard terms.count == operands.count, (1...2).contains(terms.count), sides.count <= 2,
            terms.allSatisfy({ Set($0).count == $0.count && $0.allSatisfy(\.isLetter) })
        else { throw unsupported("the equation \(equation)") }
        let every = terms.flatMap { $0 }
        let result =
            sides.count == 2 ? Array(sides[1]) : every.filter { letter in every.count { $0 == letter } == 1 }.sorted()
        var extents: [Character: Int] = [:]
        for (term, operand) in zip(terms, operands) {
            guard term.count == operand.shape.rank else { throw malformed("\(equation) does not fit \(operand.shape)") }
            for (letter, extent) in zip(term, operand.shape.extents) {
                guard extents[letter, default: extent] == extent else {
                    throw malformed("\(letter) of \(equation) is \(extents[letter] ?? 0) and \(extent)")
                }
                extents[letter] = extent
            }
        }
        guard Set(result).count == result.count, result.allSatisfy({ extents[$0] != nil }) else {
            throw unsupported("the equation \(equation)")
        }
        func size(_ letters: [Character]) -> Int { letters.reduce(1) { $0 * (extents[$1] ?? 1) } }
        /// Sums over what nothing else reads, then brings the axes into an order.
        func ordered(_ x: Tensor, _ term: [Character], _ order: [Character]) -> Tensor {
            var (x, term) = (x, term)
            for axis in term.indices.reversed() where !order.contains(term[axis]) {
                x = x.sum(axis: axis)
                x = x.reshaped(Shape(x.shape.extents.enumerated().filter { $0.offset != axis }.map(\.element)))
                term.remove(at: axis)
            }
            return transposed(x, order.compactMap { term.firstIndex(of: $0) })
        }
        _ = try fitting(result.map { extents[$0] ?? 1 })
        if terms.count == 1 { return ordered(operands[0], terms[0], result) }
        let (left, right) = (terms[0], terms[1])
        let shared = left.filter { right.contains($0) }
        let along = shared.filter { result.contains($0) }, summed = shared.filter { !result.contains($0) }
        let onlyLeft = left.filter { !right.contains($0) && result.contains($0) }
        let onlyRight = right.filter { !left.contains($0) && result.contains($0) }
        _ = try fitting([size(along), size(onlyLeft), size(onlyRight)])
        let matrices = along.isEmpty ? [] : [size(along)]
        let a = ordered(operands[0], left, along + onlyLeft + summed)
            .reshaped(Shape(matrices + [size(onlyLeft), size(summed)]))
        let b = ordered(operands[1], right, along + summed + onlyRight)
            .reshaped(Shape(matrices + [size(summed), size(onlyRight)]))
        let order = along + onlyLeft + onlyRight
        let product = a.matmul(b).reshaped(Shape(order.map { extents[$0] ?? 1 }))
        return transposed(product, result.compactMap { order.firstIndex(of: $0) })
    }
}
