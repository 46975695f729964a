import LimbeckCompute
import LimbeckModels
import LimbeckNN
import LimbeckSeries

extension Case {
    /// Graph WaveNet as published (Wu et al. 2019): 207 nodes, batch 64, 12 → 12, residual 32, skip
    /// 256, end 512, 4 × 2 layers, two fixed supports and a learned one, order 2, dropout 0.3.
    static let graphWaveNet207 = Case(
        name: "gwnet-207",
        build: { trace, dropout in
            let shape = ForecastShape(history: 12, horizon: 12, nodes: nodes, channels: 1, step: 300)
            var configuration = GraphWaveNet.Configuration()
            if !dropout { configuration.dropout = 0 }
            let model = GraphWaveNet(configuration, ModelContext(shape: shape, graph: graph))
            let inputs = ModelInputs(trace, shape: shape, batch: 64)
            let expected = trace.input("expected", [64, 12, nodes, 1])
            return Pointwise.absolute(model(inputs, Scope(trace, mode: .training)), expected).mean()
        },
        constants: [
            "forward": (graph.transition, [nodes, nodes]), "backward": (graph.reversed.transition, [nodes, nodes]),
        ])

    private static let nodes = 207

    /// A ring with chords, as dense as the road graph of METR-LA (1,722 of 42,849).
    private static let graph: Graph = {
        var draw = Draw(207), edges: [Graph.Edge] = []
        for node in 0..<nodes {
            edges.append(.init(source: node, target: node, weight: 1))
            for hop in [1, 2, 3] {
                edges.append(.init(source: node, target: (node + hop) % nodes, weight: 0.2 + 0.8 * draw.unit()))
            }
            for _ in 0..<4 {
                let other = Int(draw.next() % UInt64(nodes))
                if other != node, !edges.contains(where: { $0.source == node && $0.target == other }) {
                    edges.append(.init(source: node, target: other, weight: 0.1 + 0.5 * draw.unit()))
                }
            }
        }
        return Graph(nodeCount: nodes, edges: edges)
    }()
}
