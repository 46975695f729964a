@testable import LimbeckCompute

/// Computations no one would write, drawn from a seed: elementwise chains over broadcasts,
/// reductions, products, views and copies, some large enough for two workers and several tiles.
struct RandomComputation {
    let computation: Computation
    let outputs: [String]

    init(seed: UInt64) {
        var maker = Maker(seed: seed)
        computation = maker.make()
        outputs = computation.outputs.map(\.name)
    }
}

private struct Maker {
    var random: SplitMix
    let trace = Trace()
    var pool: [Tensor] = []

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func pick<T>(_ values: [T]) -> T { values[draw(values.count)] }

    mutating func make() -> Computation {
        let scope = Scope(trace, mode: .training)
        let isLarge = draw(3) == 0
        let extents = isLarge ? [draw(3) + 3, draw(40) + 60, draw(60) + 120] : (0..<3).map { _ in draw(5) + 1 }
        // Every way of broadcasting into the whole, rows, columns and the middle among them.
        for index in 0..<4 {
            let shape = index == 0 ? extents : extents.map { draw(3) == 0 ? 1 : $0 }
            pool.append(scope.parameter("p\(index)", Shape(shape), .uniform(1)))
        }
        pool.append(scope.parameter("last", [extents[2]], .uniform(1)))
        for _ in 0..<12 + draw(14) { step(scope) }
        let results = (0..<3).map { _ in pool[pool.count - 1 - draw(min(6, pool.count))] }
        for (index, result) in results.enumerated() { trace.output("y\(index)", result) }
        let loss = results.map { square($0).mean() }.reduce(trace.constant(0), +)
        trace.output("loss", loss)
        trace.differentiate(loss)
        return trace.finish()
    }

    /// Adds one value; everything stays within a few units.
    mutating func step(_ scope: Scope) {
        // Recent values more often, so that chains grow.
        let x = draw(3) == 0 ? pick(pool) : pool[pool.count - 1 - draw(min(4, pool.count))]
        let rank = x.shape.rank
        switch draw(20) {
        case 0...3:
            let kind: Unary.Kind = pick([
                .copy, .negate, .absolute, .sign, .relu, .sigmoid, .tanh, .softplus, .erf, .step,
                .affine(scale: 0.7, shift: 0.2),
            ])
            add(x.unary(kind))
        case 4: add(pick([exp(tanh(x)), log(square(x).plus(0.5)), square(x).plus(0.3).unary(.squareRoot)]))
        case 5...8:
            let others = pool.filter { Shape.broadcast($0.shape, x.shape).map { $0.count <= 150_000 } == true }
            let y = pick(others)
            let kind: Binary.Kind = pick([.add, .subtract, .multiply, .maximum, .minimum, .greater])
            add(x.binary(kind, y))
        case 9: add(x / square(x).plus(1))
        case 10 where rank > 0:
            let first = draw(rank), last = first + 1 + draw(rank - first)
            add(x.mean(first..<last))
        case 11 where rank > 1: add(x.reshaped(Shape([x.shape[0] * x.shape[1]] + x.shape.extents.dropFirst(2))))
        case 12 where rank > 1:
            var order = Array(0..<rank)
            order.swapAt(draw(rank), draw(rank))
            add(x.transposed(order))
        case 13 where rank > 0:
            let axis = draw(rank), length = draw(x.shape[axis]) + 1
            let part = x.sliced(axis: axis, start: draw(x.shape[axis] - length + 1), length: length)
            add(draw(2) == 0 ? part : part.padded(axis: axis, before: x.shape[axis] - length))
        case 14 where rank > 0:
            let weight = scope.parameter("w\(pool.count)", [x.shape[-1], draw(6) + 1], .fan(x.shape[-1]))
            add(x.dense(weight))
        case 15 where rank > 0: add(draw(2) == 0 ? softmax(x) : scope.dropout(x, rate: 0.3))
        case 16 where rank > 1 && x.shape.count <= 75_000:
            let axis = draw(rank)
            let others = pool.filter { other in
                other.shape.rank == rank && other.shape.count + x.shape.count <= 150_000
                    && (0..<rank).allSatisfy { $0 == axis || other.shape[$0] == x.shape[$0] }
            }
            add(concatenate([x, pick(others)], axis: axis))
        case 17 where rank == 3 && x.shape[1] <= 100:
            // Mixing of rows, shared by the batch and in a batch of its own.
            let mixed =
                draw(2) == 0
                ? scope.parameter("m\(pool.count)", [x.shape[1], x.shape[1]], .fan(x.shape[1])).matmul(x)
                : softmax(x.matmul(x, transposeOther: true).scaled(1 / Float(x.shape[2]))).matmul(x)
            add(mixed)
        case 18 where rank == 3:
            let count = x.shape[1]
            let entries = (0..<2 * count).map { _ in (row: draw(count), column: draw(count)) }
            let unique = Dictionary(entries.map { ($0.row * count + $0.column, Float(0.5)) }) { a, _ in a }
            add(
                x.mixed(
                    by: SparseMatrix(
                        rows: count, columns: count,
                        entries: unique.map { (row: $0.key / count, column: $0.key % count, weight: $0.value) })))
        case 19 where rank > 0:
            // A sum of products, as of convolution taps.
            let outputs = draw(6) + 1
            let parts = (0..<3).map { part in
                x.dense(scope.parameter("t\(pool.count)-\(part)", [x.shape[-1], outputs], .fan(x.shape[-1])))
            }
            add(parts[0] + parts[1] + parts[2])
        default: add(scope.dropout(tanh(x), rate: 0.2))
        }
    }

    mutating func add(_ x: Tensor) {
        // A product of products would leave what numbers of 24 bits can compare.
        pool.append(draw(5) == 0 ? tanh(x) : x)
    }
}
