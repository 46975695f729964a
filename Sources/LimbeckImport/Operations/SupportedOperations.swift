import LimbeckONNX

/// The operations of ONNX that can be traced, by name.
enum SupportedOperations {
    typealias Handler = @Sendable (NodeSite) throws -> [Value]

    static let all: [String: Handler] = [
        unary, arithmetic, comparisons, activations, shapes, movement, selection, products, convolutions, pools,
        recurrences, normalizations, reductions, control,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// Nodes that cannot be traced, those of graphs inside nodes too.
    static func unsupported(in graph: ONNXGraph) -> [ONNXNode] {
        graph.nodes.flatMap { node in
            (node.domain.isEmpty && all[node.operation] != nil ? [] : [node])
                + node.attributes.values.flatMap { attribute in
                    if case .graph(let inner) = attribute { unsupported(in: inner) } else { [ONNXNode]() }
                }
        }
    }
}
