/// Weighted, directed edges between nodes, sorted by source then target.
public struct Graph: Hashable, Sendable {
    public struct Edge: Hashable, Sendable {
        public var source, target: Int
        public var weight: Float

        public init(source: Int, target: Int, weight: Float) {
            self.source = source
            self.target = target
            self.weight = weight
        }
    }

    public var nodeCount: Int
    public var edges: [Edge]

    public init(nodeCount: Int, edges: [Edge]) {
        self.nodeCount = nodeCount
        self.edges = edges.sorted { ($0.source, $0.target) < ($1.source, $1.target) }
    }

    /// From a row-major `[N, N]` matrix; zeros are no edges.
    public init(nodeCount: Int, dense: [Float]) {
        precondition(dense.count == nodeCount * nodeCount, "Graph: adjacency is not [N, N]")
        self.nodeCount = nodeCount
        edges = (0..<nodeCount).flatMap { source in
            (0..<nodeCount).compactMap { target in
                let weight = dense[source * nodeCount + target]
                return weight == 0 ? nil : Edge(source: source, target: target, weight: weight)
            }
        }
    }

    /// Row-major `[N, N]`.
    public var dense: [Float] {
        var matrix = [Float](repeating: 0, count: nodeCount * nodeCount)
        for edge in edges { matrix[edge.source * nodeCount + edge.target] = edge.weight }
        return matrix
    }

    /// Every row divided by its sum: a random walk's transition matrix, row-major `[N, N]`.
    public var transition: [Float] {
        var matrix = dense
        for row in 0..<nodeCount {
            let range = row * nodeCount..<(row + 1) * nodeCount
            let sum = matrix[range].reduce(0, +)
            if sum > 0 { for index in range { matrix[index] /= sum } }
        }
        return matrix
    }

    /// The same edges, each turned round.
    public var reversed: Graph {
        Graph(
            nodeCount: nodeCount,
            edges: edges.map { Edge(source: $0.target, target: $0.source, weight: $0.weight) })
    }
}
