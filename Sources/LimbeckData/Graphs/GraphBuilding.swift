import Foundation
public import LimbeckSeries

extension Graph {
    /// Near places are neighbours: weight `exp(−d²/σ²)`, kept where at least `threshold`.
    ///
    /// σ is the standard deviation of all distances, as in DCRNN (Li et al. 2018); every place
    /// is its own neighbour with weight 1. Places at one spot have distance 0 and weight 1.
    /// - Parameter scale: σ in metres; 0 computes it.
    public static func distance(
        _ places: [Place], threshold: Float = 0.1, scale: Double = 0
    ) throws -> Graph {
        let metres = try distances(places)
        let sigma = scale > 0 ? scale : deviation(metres)
        return Graph(
            nodeCount: places.count,
            dense: metres.map { distance in
                let ratio = sigma > 0 ? distance / sigma : 0
                let weight = Float(exp(-ratio * ratio))
                return weight >= threshold ? weight : 0
            })
    }

    /// The `count` nearest others of each place, weight `exp(−d²/σ²)` as in `distance`, made
    /// symmetric (an edge either way is an edge both ways), and each place itself with weight 1.
    public static func nearest(_ places: [Place], count: Int) throws -> Graph {
        let metres = try distances(places)
        let sigma = deviation(metres)
        let size = places.count
        var dense = [Float](repeating: 0, count: size * size)
        for from in 0..<size {
            dense[from * size + from] = 1
            let others = (0..<size).filter { $0 != from }.sorted {
                (metres[from * size + $0], $0) < (metres[from * size + $1], $1)
            }
            for to in others.prefix(max(0, count)) {
                let ratio = sigma > 0 ? metres[from * size + to] / sigma : 0
                // Never 0: a far nearest neighbour is still one.
                let weight = max(Float(exp(-ratio * ratio)), 1e-6)
                dense[from * size + to] = weight
                dense[to * size + from] = weight
            }
        }
        return Graph(nodeCount: size, dense: dense)
    }

    /// Places that vary together are neighbours: Pearson's correlation of the first channel over
    /// the steps of `training` that both observed, kept where at least `threshold`.
    public static func correlation(
        _ series: Series, on training: Range<Int>, threshold: Float = 0.7
    ) -> Graph {
        let size = series.nodeCount
        var dense = [Float](repeating: 0, count: size * size)
        for from in 0..<size {
            dense[from * size + from] = 1
            for to in 0..<from {
                let weight = pearson(series, from, to, training)
                guard weight >= threshold else { continue }
                dense[from * size + to] = weight
                dense[to * size + from] = weight
            }
        }
        return Graph(nodeCount: size, dense: dense)
    }

    /// Every place its own and only neighbour.
    public static func identity(_ size: Int) -> Graph {
        Graph(nodeCount: size, edges: (0..<size).map { Edge(source: $0, target: $0, weight: 1) })
    }

    private static func deviation(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count)).squareRoot()
    }

    private static func pearson(
        _ series: Series, _ first: Int, _ second: Int, _ steps: Range<Int>
    ) -> Float {
        var count = 0.0
        var meanX = 0.0
        var meanY = 0.0
        var xx = 0.0
        var yy = 0.0
        var xy = 0.0
        for step in steps {
            let x = series.offset(time: step, node: first)
            let y = series.offset(time: step, node: second)
            guard series.observed[x], series.observed[y] else { continue }
            count += 1
            let changeX = Double(series.values[x]) - meanX
            let changeY = Double(series.values[y]) - meanY
            meanX += changeX / count
            meanY += changeY / count
            xx += changeX * (Double(series.values[x]) - meanX)
            yy += changeY * (Double(series.values[y]) - meanY)
            xy += changeX * (Double(series.values[y]) - meanY)
        }
        return xx > 0 && yy > 0 ? Float(xy / (xx * yy).squareRoot()) : 0
    }
}
