import LimbeckCompute
import LimbeckSeries

/// Each place from the present readings of eight others, those that vary with it most: ridge regression of deviations
/// from the usual, of the first channel, and a deviation of what is left.
struct Neighbours {
    private static let count = 8, strength = 1.0
    let detector: ReadingDetector

    init(_ context: BaselineContext) {
        let series = context.series, shape = context.statistics.shape, profile = context.statistics.profile
        let nodes = series.nodeCount, channels = series.channelCount, outputs = shape.outputs
        let steps = Array(
            stride(
                from: context.training.lowerBound, to: context.training.upperBound,
                by: max(1, context.training.count / 20_000)))
        let near = min(Self.count, nodes - 1)
        // Of each place its deviations from the usual at these steps.
        var rows = [[Float]](repeating: [Float](repeating: 0, count: steps.count), count: nodes)
        for (index, step) in steps.enumerated() {
            let usual = profile.trainingRow(series.times, step)
            for node in 0..<nodes {
                let entry = node * channels
                rows[node][index] =
                    context.scaler.scaled(series.values[step * series.stepSize + entry], at: entry)
                    - usual[node * outputs]
            }
        }
        func product(_ a: Int, _ b: Int) -> Double {
            var sum = 0.0
            for index in steps.indices { sum += Double(rows[a][index] * rows[b][index]) }
            return sum
        }
        let others = Likeness.nearest(rows, count: near)
        var weights = [Float](), deviations = [Float]()
        for node in 0..<nodes {
            let chosen = others[node]
            var left = [Double](), right = [Double]()
            for a in chosen {
                for b in chosen {
                    left.append(product(a, b) + (a == b ? Self.strength * Double(steps.count) / 100 : 0))
                }
                right.append(product(a, node))
            }
            let solved =
                near == 0 ? [] : LinearSolver.solve(left, right, n: near) ?? [Double](repeating: 0, count: near)
            var rest = product(node, node)
            for (index, weight) in solved.enumerated() { rest -= weight * right[index] }
            weights += solved.map(Float.init)
            deviations.append(Float(max(rest / Double(max(1, steps.count)), 1e-6).squareRoot()))
        }
        let history = context.history
        detector = ReadingDetector(
            "neighbours", context, parameters: profile.count + weights.count
        ) { [others, weights, deviations] window, series, origin in
            let usual = profile.row(series.times, origin - 1), base = (history - 1) * series.stepSize
            func deviation(_ node: Int) -> Float { window[base + node * channels] - usual[node * outputs] }
            return (0..<nodes * outputs).map { output in
                let node = output / outputs
                guard output % outputs == 0 else { return 0 }
                var told: Float = 0
                for (index, other) in others[node].enumerated() {
                    told += weights[node * near + index] * deviation(other)
                }
                return (deviation(node) - told).magnitude / deviations[node]
            }
        }
    }
}
