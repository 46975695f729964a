import LimbeckCompute

// Movement of values: numbers at once, tensors as operations. Every shape is checked before.

extension NodeSite {
    func reshaped(_ value: Value, _ extents: [Int]) throws -> Value {
        guard let old = ImportLimits.count(value.extents, least: 0),
            ImportLimits.count(extents, least: 0) == old
        else { throw malformed("\(value.extents) cannot become \(extents)") }
        switch value {
        case .numbers(let numbers): return .numbers(Numbers(extents, numbers.values, isInteger: numbers.isInteger))
        case .tensor(let x): return .tensor(x.reshaped(Shape(extents)))
        }
    }

    func transposed(_ value: Value, _ permutation: [Int]) throws -> Value {
        let from = value.extents
        guard permutation.sorted() == Array(0..<from.count) else {
            throw malformed("\(permutation) is no order of the axes of \(from)")
        }
        switch value {
        case .tensor(let x): return .tensor(transposed(x, permutation))
        case .numbers(let numbers):
            let to = permutation.map { from[$0] }
            let strides = permutation.map { axis in from[(axis + 1)...].reduce(1, *) }
            var indices = [0]
            for axis in to.indices.reversed() {
                let inner = indices
                indices = (0..<to[axis]).flatMap { index in inner.map { $0 + index * strides[axis] } }
            }
            return .numbers(numbers.gathered(indices, to))
        }
    }

    func broadcast(_ value: Value, to extents: [Int]) throws -> Value {
        guard try broadcast(value.extents, extents) == extents else {
            throw malformed("\(value.extents) does not broadcast to \(extents)")
        }
        switch value {
        case .numbers(let numbers):
            let to = try foldable(extents)
            return .numbers(numbers.gathered(Numbers.indices(of: numbers.extents, in: to), to))
        case .tensor(let x): return .tensor(x.broadcast(to: try fitting(extents)))
        }
    }

    func concatenated(_ values: [Value], axis: Int) throws -> Value {
        guard let first = values.first else { throw malformed("there is nothing to join") }
        var extents = first.extents
        guard extents.indices.contains(axis) else { throw malformed("there is no axis \(axis) in \(extents)") }
        for value in values.dropFirst() {
            var other = value.extents
            guard other.count == extents.count else { throw malformed("\(extents) and \(other) do not join") }
            extents[axis] += other[axis]
            other[axis] = extents[axis]
            guard other == extents else {
                throw malformed("\(first.extents) and \(value.extents) do not join along axis \(axis)")
            }
        }
        let known = values.compactMap(\.known)
        if known.count == values.count {
            extents = try foldable(extents)
            let (outer, inner) = (extents[..<axis].reduce(1, *), extents[(axis + 1)...].reduce(1, *))
            let parts = known.map { (values: $0.values, run: $0.extents[axis] * inner) }
            let joined = (0..<outer).flatMap { row in
                parts.flatMap { $0.values[row * $0.run..<(row + 1) * $0.run] }
            }
            return .numbers(Numbers(extents, joined, isInteger: known.allSatisfy(\.isInteger)))
        }
        _ = try fitting(extents)
        return .tensor(concatenate(try values.map { try tracer.tensor($0, for: node.label) }, axis: axis))
    }

    /// The entries of `axis` at `indices`, which lie inside it.
    func taken(_ value: Value, axis: Int, _ indices: [Int]) throws -> Value {
        switch value {
        case .tensor(let x): return .tensor(try taken(x, axis: axis, indices))
        case .numbers(let numbers):
            let from = numbers.extents
            var to = from
            to[axis] = indices.count
            to = try foldable(to)
            let (outer, inner) = (from[..<axis].reduce(1, *), from[(axis + 1)...].reduce(1, *))
            let flat = (0..<outer).flatMap { row in
                indices.flatMap { index in (0..<inner).map { (row * from[axis] + index) * inner + $0 } }
            }
            return .numbers(numbers.gathered(flat, to))
        }
    }

    /// As slices where the indices are regular, else as a product with a matrix that selects.
    func taken(_ x: Tensor, axis: Int, _ indices: [Int]) throws -> Tensor {
        var extents = x.shape.extents
        let length = extents[axis]
        extents[axis] = indices.count
        let shape = try fitting(extents)
        guard let first = indices.first else { throw malformed("nothing is selected") }
        let step = indices.count > 1 ? indices[1] - first : 1
        let isRegular = zip(indices, indices.dropFirst()).allSatisfy { $1 - $0 == step }
        if isRegular, step == 1 { return x.sliced(axis: axis, start: first, length: indices.count) }
        if isRegular, step > 1 { return strided(x, axis: axis, first: first, step: step, count: indices.count) }
        if indices.count <= 64 {
            let parts = indices.map { x.sliced(axis: axis, start: $0, length: 1) }
            return concatenate(parts, axis: axis)
        }
        guard ImportLimits.count([length, indices.count], most: ImportLimits.folded) != nil else {
            throw malformed("a selection of \(indices.count) from \(length) is too large")
        }
        var selection = [Float](repeating: 0, count: length * indices.count)
        for (column, row) in indices.enumerated() { selection[row * indices.count + column] = 1 }
        let last = extents.count - 1
        var permutation = Array(extents.indices)
        permutation.swapAt(axis, last)
        let product = x.transposed(permutation).dense(trace.constant(selection, [length, indices.count]))
        return product.transposed(permutation).reshaped(shape)
    }

    /// Every `step`-th entry: filled up to whole groups of `step`, of which the first is kept.
    private func strided(_ x: Tensor, axis: Int, first: Int, step: Int, count: Int) -> Tensor {
        let have = min(x.shape[axis] - first, count * step)
        let whole = x.sliced(axis: axis, start: first, length: have)
            .padded(axis: axis, before: 0, after: count * step - have)
        var extents = whole.shape.extents
        extents[axis] = count
        let result = Shape(extents)
        extents.insert(step, at: axis + 1)
        return whole.reshaped(Shape(extents)).sliced(axis: axis + 1, start: 0, length: 1).reshaped(result)
    }
}
