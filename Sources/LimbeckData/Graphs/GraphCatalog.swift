public import LimbeckSeries

/// Ways to a graph. A new one is a function on `Graph` and a line in `standard`.
public struct GraphCatalog: Sendable {
    public struct Entry: Sendable {
        public var name: String
        public var summary: String
        /// The graph of a series; `training` is all it may learn from.
        public var make: @Sendable (_ series: Series, _ training: Range<Int>) throws -> Graph
    }

    public var entries: [Entry]

    public static let standard = GraphCatalog(entries: [
        Entry(name: "given", summary: "The series' own graph, from data.adjacency.") { series, _ in
            guard let graph = series.graph else {
                throw DataError(
                    .mismatchedAdjacency,
                    "\(series.name): has no graph of its own; give data.adjacency or choose "
                        + "another graph.")
            }
            return graph
        },
        Entry(name: "distance", summary: "Gaussian kernel of the distance between places.") {
            series, _ in try .distance(series.places)
        },
        Entry(name: "nearest", summary: "The four nearest places of each.") { series, _ in
            try .nearest(series.places, count: 4)
        },
        Entry(name: "correlation", summary: "Places that vary together in training.") {
            series, training in .correlation(series, on: training)
        },
        Entry(name: "identity", summary: "No neighbours.") { series, _ in
            .identity(series.nodeCount)
        },
    ])

    /// Throws `unknownName` listing the known ones.
    public func entry(named name: String) throws -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            let known = entries.map(\.name).joined(separator: ", ")
            throw DataError(.unknownName, "graph: there is no \(quoted(name)); known: \(known).")
        }
        return entry
    }
}
