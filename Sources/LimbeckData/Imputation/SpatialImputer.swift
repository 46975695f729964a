import LimbeckSeries

/// The mean of the nearest observed places at the same time, weighted by inverse distance.
///
/// `Σ x_j / d_j ÷ Σ 1 / d_j` over the `neighbours` nearest that were observed; distances below
/// one metre count as one. Throws `missingCoordinates`.
public struct SpatialImputer: Imputer {
    public let name = "spatial"
    /// How many neighbours take part.
    public var neighbours = 5

    public init(neighbours: Int = 5) { self.neighbours = neighbours }

    public func fill(_ work: inout ImputationWork) throws {
        let series = work.series
        let size = series.nodeCount
        let channels = series.channelCount
        let metres = try distances(series.places)
        let order: [[Int]] = (0..<size).map { node in
            let row = Array(metres[node * size..<(node + 1) * size])
            let others = (0..<size).filter { $0 != node }
            return others.sorted { (row[$0], $0) < (row[$1], $1) }
        }
        work.fillColumns { column, index in
            let node = index / channels
            for step in column.indices where column[step].isNaN {
                var sum = 0.0
                var weights = 0.0
                var used = 0
                for other in order[node] where used < neighbours {
                    let cell = series.offset(time: step, node: other, channel: index % channels)
                    guard series.observed[cell] else { continue }
                    let weight = 1 / max(1, metres[node * size + other])
                    sum += weight * Double(series.values[cell])
                    weights += weight
                    used += 1
                }
                if weights > 0 { column[step] = Float(sum / weights) }
            }
        }
    }
}
