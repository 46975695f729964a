public import LimbeckSeries

/// A way to a graph: a function on `Graph`, and a line in `GraphCatalog.standard`.
public struct GraphEntry: CatalogEntry {
    public var name: String
    public var summary: String
    /// The graph of a series; `training` is all it may learn from.
    public var make: @Sendable (_ series: Series, _ training: Range<Int>) throws -> Graph

    public init(
        name: String, summary: String,
        make: @escaping @Sendable (_ series: Series, _ training: Range<Int>) throws -> Graph
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }

    public static let kind = "graph"
    public static func error(_ message: String) -> any Error { DataError(.unknownName, message) }
}

public typealias GraphCatalog = Catalog<GraphEntry>

extension Catalog<GraphEntry> {
    public static var standard: GraphCatalog {
        GraphCatalog([
            GraphEntry(name: "given", summary: "The series' own graph, from data.adjacency.") { series, _ in
                guard let graph = series.graph else {
                    throw DataError(
                        .mismatchedAdjacency,
                        "\(series.name): has no graph of its own; give data.adjacency or choose "
                            + "another graph.")
                }
                return graph
            },
            GraphEntry(name: "distance", summary: "Gaussian kernel of the distance between places.") {
                series, _ in try .distance(series.places)
            },
            GraphEntry(name: "nearest", summary: "The four nearest places of each.") { series, _ in
                try .nearest(series.places, count: 4)
            },
            GraphEntry(name: "correlation", summary: "Places that vary together in training.") {
                series, training in .correlation(series, on: training)
            },
            GraphEntry(name: "identity", summary: "No neighbours.") { series, _ in
                .identity(series.nodeCount)
            },
        ])
    }
}
