import LimbeckRuntime

/// A student, what it reads, and its weights by name for the peers.
struct Case {
    let content: StudentContent
    let weights: [Builder.Weight]
    let readings: [Float]
    /// Seconds since 1970 of the first forecast step.
    static let origin: Int64 = 1_700_000_100

    static let names = ["mlp", "stid-207", "gru-32", "cnn"]

    init?(_ name: String) {
        var builder: Builder
        var slots: [CalendarSlot] = []
        switch name {
        case "mlp": builder = Case.perceptron()
        case "stid-207": (builder, slots) = Case.spatialTemporalIdentity()
        case "gru-32": builder = Case.recurrent()
        case "cnn": builder = Case.convolutional()
        default: return nil
        }
        content = builder.content(slots: slots)
        weights = builder.weights
        readings = builder.readings()
    }

    /// 12 readings → 32, relu → 12 steps.
    private static func perceptron() -> Builder {
        var net = Builder(StudentShape(history: 12, horizon: 12, nodes: 1, channels: 1), seed: 1)
        let hidden = net.dense("hidden", net.history, rows: 1, inputs: 12, outputs: 32, relu: true)
        _ = net.dense("head", hidden, rows: 1, inputs: 32, outputs: 12, into: net.output)
        return net
    }

    /// STID over all 207 nodes at once, as `stid-207` of training-bench: 12 → 12, input and embeddings
    /// of place, time of day and weekday 32 wide each, three residual layers of 128.
    private static func spatialTemporalIdentity() -> (Builder, [CalendarSlot]) {
        let (steps, nodes, part) = (12, 207, 32)
        let width = 4 * part
        var net = Builder(StudentShape(history: steps, horizon: steps, nodes: nodes, channels: 1), seed: 2)
        let byNode = net.temporary(nodes * steps)
        net.then(
            .transpose(Transposition(input: net.history, output: byNode, shape: [steps, nodes], permutation: [1, 0])))
        let input = net.dense("input", byNode, rows: nodes, inputs: steps, outputs: part)
        let place = net.weight("place", [nodes, part], bound: 0.3)
        let tables = [
            net.weight("timeOfDay", [288, part], bound: 0.3), net.weight("weekday", [7, part], bound: 0.3),
        ]
        let z = net.temporary(nodes * width)
        for (number, source) in [input, place].enumerated() {
            net.then(
                .copy(.part(input: source, output: z, outer: nodes, inner: part, start: number * part, width: width)))
        }
        for (slot, table) in tables.enumerated() {
            let row = net.temporary(part)
            net.then(
                .gather(
                    Gather(
                        table: table, index: .slot(slot), output: row, entries: slot == 0 ? 288 : 7, width: part,
                        count: 1)))
            // The same row for every node.
            net.then(
                .copy(
                    BlockCopy(
                        input: row, output: z, outer: nodes, inner: part, inputStride: 0,
                        outputStart: (2 + slot) * part, outputStride: width)))
        }
        for layer in 0..<3 {
            let inner = net.dense("block\(layer).in", z, rows: nodes, inputs: width, outputs: width, relu: true)
            let outer = net.dense("block\(layer).out", inner, rows: nodes, inputs: width, outputs: width)
            let count = nodes * width
            net.then(
                .binary(.add, left: Operand(z, period: count), right: Operand(outer, period: count), output: z))
        }
        let head = net.dense("head", z, rows: nodes, inputs: width, outputs: steps)
        net.then(
            .transpose(Transposition(input: head, output: net.output, shape: [nodes, steps], permutation: [1, 0])))
        return (net, [CalendarSlot(.stepOfDay), CalendarSlot(.weekday)])
    }

    /// A GRU of 32 over 12 steps of 2 channels, and a head of 12 on its last state.
    private static func recurrent() -> Builder {
        let (steps, units) = (12, 32)
        var net = Builder(StudentShape(history: steps, horizon: 12, nodes: 1, channels: 2, targets: [0]), seed: 3)
        let gates = net.dense("gates", net.history, rows: steps, inputs: 2, outputs: 3 * units)
        let weight = net.weight("state.weight", [units, 3 * units])
        let bias = net.weight("state.bias", [3 * units], bound: 0.1)
        let scratch = net.temporary(Recurrence.scratchCount(.gru, rows: 1, units: units))
        let last = net.temporary(units)
        net.then(
            .recur(
                Recurrence(
                    .gru, gates: gates, weight: weight, bias: bias, output: last, scratch: scratch, steps: steps,
                    rows: 1, units: units)))
        _ = net.dense("head", last, rows: 1, inputs: units, outputs: 12, into: net.output)
        return net
    }

    /// 24 steps × 8 channels: two depthwise separable convolutions of 32 (3 steps wide, relu), the mean
    /// over time, a head of 12.
    private static func convolutional() -> Builder {
        let (steps, outputs) = (24, 32)
        var net = Builder(StudentShape(history: steps, horizon: 12, nodes: 1, channels: 8, targets: [0]), seed: 4)
        var (x, channels) = (net.history, 8)
        for layer in 0..<2 {
            let weight = net.weight("depthwise\(layer).weight", [1, 3, 1, channels], bound: 1)
            let bias = net.weight("depthwise\(layer).bias", [channels], bound: 0.1)
            let mixed = net.temporary(steps * channels)
            net.then(
                .convolve(
                    Convolution(
                        input: x, weight: weight, output: mixed, bias: bias, height: 1, width: steps,
                        channels: channels, outputHeight: 1, outputWidth: steps, outputs: channels, groups: channels,
                        kernelHeight: 1, kernelWidth: 3, left: 1)))
            x = net.dense("pointwise\(layer)", mixed, rows: steps, inputs: channels, outputs: outputs, relu: true)
            channels = outputs
        }
        let mean = net.temporary(outputs)
        net.then(.reduce(Reduction(.mean, input: x, output: mean, outer: 1, middle: steps, inner: outputs)))
        _ = net.dense("head", mean, rows: 1, inputs: outputs, outputs: 12, into: net.output)
        return net
    }
}
