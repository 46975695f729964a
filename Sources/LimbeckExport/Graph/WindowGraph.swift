import LimbeckONNX
import LimbeckRuntime

/// From raw readings to the scaled window, and from the scaled forecast back to units.
struct WindowGraph {
    let content: StudentContent

    /// `readings` `[T, N, C]`, missing where not finite, as the program reads them.
    func scaled(_ readings: GraphValue, _ graph: inout GraphBuilder) -> GraphValue {
        let shape = content.shape
        let window = readings.shape
        let size = graph.add("Abs", [readings], window)
        let isFinite = graph.add("LessOrEqual", [size, graph.floats([.greatestFiniteMagnitude], [])], window)
        var value = readings
        if content.scaler.transform == .squareRoot {
            let root = graph.add("Sqrt", [size], window)
            value = graph.add("Mul", [graph.add("Sign", [readings], window), root], window)
        }
        let entries = [shape.nodes, shape.channels]
        if content.scaler.center.contains(where: { $0 != 0 }) {
            value = graph.add(
                "Sub", [value, graph.floats(content.scaler.center, entries, name: "scaler.center")], window)
        }
        if content.scaler.spread.contains(where: { $0 != 1 }) {
            value = graph.add(
                "Div", [value, graph.floats(content.scaler.spread, entries, name: "scaler.spread")], window)
        }
        if content.windowing.missing == .forwardFill, shape.history > 1 {
            return filled(value, isFinite, &graph)
        }
        return graph.add("Where", [isFinite, value, graph.floats([0], [])], window)
    }

    /// Each place by the row of its last finite reading, counted from 1, or by a row 0 of zeros.
    ///
    /// The last row is the running maximum of the rows that are finite: log₂ T times the larger of
    /// it and itself 1, 2, 4 … rows later.
    private func filled(
        _ value: GraphValue, _ isFinite: GraphValue, _ graph: inout GraphBuilder
    ) -> GraphValue {
        if !graph.dialect.hasLayers { return doubled(value, isFinite, &graph) }
        let shape = value.shape
        let steps = graph.integers((1...shape[0]).map { Int64($0) }, [shape[0], 1, 1])
        var last = graph.add("Where", [isFinite, steps, graph.integers([0], [])], shape)
        var distance = 1
        while distance < shape[0] {
            let later = graph.add("Pad", [last, graph.vector([distance, 0, 0, -distance, 0, 0])], shape)
            last = graph.add("Max", [last, later], shape)
            distance *= 2
        }
        let rows = graph.add(
            "Pad", [value, graph.vector([1, 0, 0, 0, 0, 0])], [shape[0] + 1, shape[1], shape[2]])
        return graph.add("GatherElements", [rows, last], shape, attributes: ["axis": .integer(0)])
    }

    /// The same by choices alone: what is missing takes what lies 1, 2, 4 … rows earlier, where that
    /// is known already.
    private func doubled(
        _ value: GraphValue, _ isFinite: GraphValue, _ graph: inout GraphBuilder
    ) -> GraphValue {
        let shape = value.shape
        func later(_ value: GraphValue, _ distance: Int) -> GraphValue {
            let rows = graph.slice(value, axis: 0, start: 0, length: shape[0] - distance)
            return graph.add("Pad", [rows, graph.vector([distance, 0, 0, 0, 0, 0])], shape)
        }
        var filled = graph.add("Where", [isFinite, value, graph.floats([0], [])], shape)
        var known = graph.add("Cast", [isFinite], shape, attributes: ["to": .integer(1)])
        var distance = 1
        while distance < shape[0] {
            let isKnown = graph.add("Greater", [known, graph.floats([0.5], [])], shape)
            filled = graph.add("Where", [isKnown, filled, later(filled, distance)], shape)
            known = graph.add("Max", [known, later(known, distance)], shape)
            distance *= 2
        }
        return filled
    }

    /// The outputs `[H, N, O]` in the units of their channels; a classifier's as they are.
    func unscaled(_ outputs: GraphValue, _ graph: inout GraphBuilder) -> GraphValue {
        let shape = content.shape
        let value = graph.reshape(outputs, [shape.horizon, shape.nodes, shape.outputs])
        if shape.task == .classify { return value }
        let entries = (0..<shape.nodes).flatMap { node in shape.targets.map { node * shape.channels + $0 } }
        let spread = graph.floats(
            entries.map { content.scaler.spread[$0] }, [shape.nodes, shape.outputs], name: "forecast.spread")
        let center = graph.floats(
            entries.map { content.scaler.center[$0] }, [shape.nodes, shape.outputs], name: "forecast.center")
        let inner = graph.add("Add", [graph.add("Mul", [value, spread], value.shape), center], value.shape)
        if content.scaler.transform == .identity { return inner }
        return graph.add("Mul", [inner, graph.add("Abs", [inner], value.shape)], value.shape)
    }
}
