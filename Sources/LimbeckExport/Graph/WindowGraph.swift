import LimbeckONNX
import LimbeckRuntime

/// From raw readings to the scaled window, and from the scaled forecast back to units.
struct WindowGraph {
    let content: StudentContent

    /// `readings` `[T, N, C]`, missing where not finite, as the program reads them; `slots` are the calendar's.
    func scaled(_ raw: GraphValue, slots: [GraphValue], _ graph: inout GraphBuilder) -> GraphValue {
        let readings = completed(raw, slots, &graph)
        let shape = content.shape
        let window = readings.shape
        let isFilled = !content.filling.values.isEmpty
        let size = graph.add("Abs", [readings], window)
        let limit = graph.floats([.greatestFiniteMagnitude], [])
        let isFinite = isFilled ? nil : graph.add("LessOrEqual", [size, limit], window)
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
        guard let isFinite else { return value }
        if content.windowing.missing == .forwardFill, shape.history > 1 {
            return filled(value, isFinite, &graph)
        }
        return graph.add("Where", [isFinite, value, graph.floats([0], [])], window)
    }

    /// The readings with the file's numbers in place of missing ones, in original units.
    private func completed(_ readings: GraphValue, _ slots: [GraphValue], _ graph: inout GraphBuilder) -> GraphValue {
        let filling = content.filling, window = readings.shape
        let entries = Array(window.dropFirst())
        if filling.values.isEmpty { return readings }
        let size = graph.add("Abs", [readings], window)
        let isFinite = graph.add("LessOrEqual", [size, graph.floats([.greatestFiniteMagnitude], [])], window)
        switch content.windowing.missing {
        case .forwardFill, .center: return readings
        case .constant:
            let numbers = graph.floats(filling.values, entries, name: "filling")
            return graph.add("Where", [isFinite, readings, numbers], window)
        case .seasonal:
            let wanted = Windowing.hours(history: content.shape.history)
            guard let slot = content.windowing.slots.firstIndex(of: wanted) else { return readings }
            let width = entries.reduce(1, *)
            let table = graph.floats(filling.values, [Filling.hours, width], name: "filling")
            let hours = graph.reshape(slots[slot], [window[0]])
            let rows = graph.add("Gather", [table, hours], [window[0], width])
            return graph.add("Where", [isFinite, readings, graph.reshape(rows, window)], window)
        case .spatial:
            let numbers = graph.floats(filling.values, entries, name: "filling")
            let near = filling.neighbours.isEmpty ? numbers : neighbourhood(readings, isFinite, numbers, &graph)
            return graph.add("Where", [isFinite, readings, near], window)
        }
    }

    /// The weighted mean of each place's neighbours that were read, else its number, `[T, N, C]`.
    private func neighbourhood(
        _ readings: GraphValue, _ isFinite: GraphValue, _ numbers: GraphValue, _ graph: inout GraphBuilder
    ) -> GraphValue {
        let (steps, nodes, channels) = (readings.shape[0], readings.shape[1], readings.shape[2])
        let filling = content.filling, count = filling.neighbours.count / nodes
        let known = graph.add("Cast", [isFinite], readings.shape, attributes: ["to": .integer(1)])
        let value = graph.add("Where", [isFinite, readings, graph.floats([0], [])], readings.shape)
        let weights = graph.floats(
            (0..<nodes * channels).flatMap { entry in
                filling.weights[entry / channels * count..<(entry / channels + 1) * count]
            }, [nodes * channels, count], name: "filling.weights")
        let nearest = (0..<nodes * channels).flatMap { entry in
            filling.neighbours[entry / channels * count..<(entry / channels + 1) * count]
                .map { Int64($0 * channels + entry % channels) }
        }
        let positions = graph.integers(nearest, [nearest.count])
        /// Sums over neighbours of what a row `[T, N·C]` holds at them, by weight.
        func sum(_ rows: GraphValue) -> GraphValue {
            // Columns are gathered as rows of the transpose.
            let width = nodes * channels
            let turned = graph.transpose(graph.reshape(rows, [steps, width]), [1, 0])
            let near = graph.add("Gather", [turned, positions], [nearest.count, steps])
            let shaped = graph.reshape(near, [width, count, steps])
            let weighed = graph.add(
                "Mul", [shaped, graph.reshape(weights, [width, count, 1])], shaped.shape)
            let total = graph.add(
                "ReduceSum", [weighed, graph.vector([1])], [width, 1, steps], attributes: ["keepdims": .integer(1)])
            let back = graph.transpose(graph.reshape(total, [width, steps]), [1, 0])
            return graph.reshape(back, readings.shape)
        }
        let weight = sum(known)
        let isKnown = graph.add("Greater", [weight, graph.floats([0], [])], readings.shape)
        let divisor = graph.add("Where", [isKnown, weight, graph.floats([1], [])], readings.shape)
        let mean = graph.add("Div", [sum(value), divisor], readings.shape)
        return graph.add("Where", [isKnown, mean, numbers], readings.shape)
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
