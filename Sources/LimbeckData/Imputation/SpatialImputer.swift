public import LimbeckSeries

/// The mean of the readings of the nearest places at the same time, weighted by inverse distance.
///
/// `Σ x_j / d_j ÷ Σ 1 / d_j` over those of the `neighbours` nearest places that were observed; distances below one metre
/// count as one. Throws `missingCoordinates`.
public struct SpatialImputer: Imputer {
    public let name = "spatial"
    /// How many neighbours take part.
    public var neighbours = 8

    public init(neighbours: Int = 8) { self.neighbours = neighbours }

    public func fill(_ work: inout ImputationWork) throws {
        let series = work.series, channels = series.channelCount
        let near = try nearest(series.places)
        work.fillColumns { column, index in
            let node = index / channels
            for step in column.indices where column[step].isNaN {
                var sum = 0.0, weights = 0.0
                for (other, weight) in near[node] {
                    let cell = series.offset(time: step, node: other, channel: index % channels)
                    guard series.observed[cell] else { continue }
                    sum += Double(weight) * Double(series.values[cell])
                    weights += Double(weight)
                }
                if weights > 0 { column[step] = Float(sum / weights) }
            }
        }
    }

    public func rule(_ work: ImputationWork) throws -> FillingRule? {
        let near = try nearest(work.series.places).joined()
        return FillingRule(
            .spatial, Filling(values: work.rest, neighbours: near.map(\.node), weights: near.map(\.weight)))
    }

    /// The nearest other places of each, the nearest first.
    private func nearest(_ places: [Place]) throws -> [[(node: Int, weight: Float)]] {
        let metres = try distances(places), size = places.count
        return (0..<size).map { node in
            let row = metres[node * size..<(node + 1) * size]
            let others = (0..<size).filter { $0 != node }
                .sorted { (row[row.startIndex + $0], $0) < (row[row.startIndex + $1], $1) }
            return others.prefix(neighbours).map { ($0, Float(1 / max(1, row[row.startIndex + $0]))) }
        }
    }
}
