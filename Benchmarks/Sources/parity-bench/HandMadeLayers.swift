import LimbeckRuntime

extension HandMadeKinds {
    /// Convolutions over a grid of 6 × 5 places with 4 channels, each followed by another.
    static var convolutions: [Kind] {
        let (height, width, channels) = (6, 5, 4)
        func kind(_ name: String, outputs: Int, _ change: (inout Convolution) -> Void) -> Kind {
            var machine = Machine(StudentShape(history: 2, horizon: 1, nodes: 30, channels: 4), seed: 43)
            var first = Convolution(
                input: machine.input, weight: 0, output: 0, batch: 2, height: height, width: width,
                channels: channels, outputHeight: height, outputWidth: width, outputs: outputs, kernelHeight: 3,
                kernelWidth: 3, top: 1, left: 1, activation: .relu)
            change(&first)
            let taps = first.kernelHeight * first.kernelWidth * first.channels / first.groups
            first.weight = machine.weights(taps * first.outputs, depth: taps)
            first.bias = machine.weights(first.outputs)
            let pixels = first.outputHeight * first.outputWidth
            first.output = machine.temporary(2 * pixels * first.outputs)
            machine.then(.convolve(first))
            // One more, 1 × 1 and without a bias, so that two stand side by side.
            let mixed = machine.temporary(2 * pixels * 8),
                weight = machine.weights(first.outputs * 8, depth: first.outputs)
            machine.then(
                .convolve(
                    Convolution(
                        input: first.output, weight: weight, output: mixed, batch: 2, height: first.outputHeight,
                        width: first.outputWidth, channels: first.outputs, outputHeight: first.outputHeight,
                        outputWidth: first.outputWidth, outputs: 8, kernelHeight: 1, kernelWidth: 1,
                        activation: .gelu)))
            _ = machine.dense(mixed, rows: 1, depth: 2 * pixels * 8, columns: 120, to: machine.output)
            return Kind(name: name, content: machine.content())
        }
        return [
            kind("convolution", outputs: 6) { _ in },
            kind("convolution-depthwise", outputs: 4) { $0.groups = 4 },
            kind("convolution-groups", outputs: 6) { $0.groups = 2 },
            kind("convolution-strided", outputs: 6) {
                ($0.strideY, $0.strideX, $0.outputHeight, $0.outputWidth) = (2, 2, 2, 3)
                $0.top = 0
            },
            kind("convolution-cut", outputs: 6) {
                // Rows and columns at the end that nothing reads.
                ($0.outputHeight, $0.outputWidth, $0.top, $0.left) = (2, 2, 0, 2)
            },
            kind("convolution-dilated", outputs: 6) {
                ($0.dilationY, $0.dilationX, $0.kernelHeight, $0.top, $0.left) = (2, 3, 2, 2, 3)
            },
            // Over time alone, causal.
            kind("convolution-1d", outputs: 6) {
                ($0.batch, $0.height, $0.width, $0.outputHeight, $0.outputWidth) = (2, 1, 30, 1, 30)
                ($0.kernelHeight, $0.kernelWidth, $0.dilationX, $0.top, $0.left) = (1, 3, 4, 0, 8)
            },
        ]
    }

    /// GRU and LSTM: after a product that the layer takes over, and on gates made otherwise; all
    /// steps or the last.
    static var recurrences: [Kind] {
        [Recurrence.Kind.gru, .lstm].flatMap { kind in
            [false, true].map { keepsSteps in
                let units = 5, wide = kind.gates * units, (steps, rows) = (7, 4)
                var machine = Machine(StudentShape(history: steps, horizon: 2, nodes: rows, channels: 3), seed: 61)
                let gates = machine.dense(machine.input, rows: steps * rows, depth: 3, columns: wide)
                let states = layer(&machine, kind, gates, steps: steps, rows: rows, units: units, keepsSteps: true)
                // Gates that no product makes: the states side by side, bent.
                let second = machine.temporary(steps * rows * wide)
                for gate in 0..<kind.gates {
                    machine.then(
                        .copy(
                            .part(
                                input: states, output: second, outer: steps * rows, inner: units,
                                start: gate * units, width: wide)))
                }
                machine.then(.affine(scale: 2, shift: -0.1, input: second, output: second))
                let last = layer(
                    &machine, kind, second, steps: steps, rows: rows, units: units, keepsSteps: keepsSteps,
                    hasBias: false)
                let depth = (keepsSteps ? steps : 1) * rows * units
                _ = machine.dense(last, rows: 1, depth: depth, columns: 2 * rows * 3, to: machine.output)
                return Kind(name: "\(kind)-\(keepsSteps ? "steps" : "last")", content: machine.content())
            }
        }
    }

    private static func layer(
        _ machine: inout Machine, _ kind: Recurrence.Kind, _ gates: Int, steps: Int, rows: Int, units: Int,
        keepsSteps: Bool, hasBias: Bool = true
    ) -> Int {
        let wide = kind.gates * units
        let weight = machine.weights(units * wide, depth: units)
        let bias = hasBias ? machine.weights(wide) : nil
        let scratch = machine.temporary(Recurrence.scratchCount(kind, rows: rows, units: units))
        let output = machine.temporary((keepsSteps ? steps : 1) * rows * units)
        machine.then(
            .recur(
                Recurrence(
                    kind, gates: gates, weight: weight, bias: bias, output: output, scratch: scratch, steps: steps,
                    rows: rows, units: units, keepsSteps: keepsSteps)))
        return output
    }
}
