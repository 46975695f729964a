import LimbeckSeries

/// Two dense layers with relu between, fitted with Adam to the mean absolute error.
struct Perceptron {
    let inputs, hidden, outputs: Int
    /// `[inputs, hidden]`, `[hidden]`, `[hidden, outputs]`, `[outputs]`, then a table of embeddings.
    var parameters: [[Float]]
    private var first: [[Float]]
    private var second: [[Float]]
    private var steps = 0

    init(inputs: Int, hidden: Int, outputs: Int, table: Int, seed: UInt64) {
        self.inputs = inputs
        self.hidden = hidden
        self.outputs = outputs
        var random = CounterGenerator(seed: seed, stream: 0)
        func drawn(_ count: Int, _ reach: Float) -> [Float] {
            (0..<count).map { _ in (Float(random.next(below: 1 << 20)) / Float(1 << 19) - 1) * reach }
        }
        parameters = [
            drawn(inputs * hidden, (6 / Float(inputs)).squareRoot()), drawn(hidden, 0),
            drawn(hidden * outputs, (3 / Float(hidden)).squareRoot()), drawn(outputs, 0), drawn(table, 1),
        ]
        first = parameters.map { [Float](repeating: 0, count: $0.count) }
        second = first
    }

    func forward(_ x: [Float]) -> (hidden: [Float], output: [Float]) {
        var h = parameters[1]
        for i in 0..<inputs { for j in 0..<hidden { h[j] += x[i] * parameters[0][i * hidden + j] } }
        for j in 0..<hidden where h[j] < 0 { h[j] = 0 }
        var y = parameters[3]
        for j in 0..<hidden where h[j] != 0 {
            for k in 0..<outputs { y[k] += h[j] * parameters[2][j * outputs + k] }
        }
        return (h, y)
    }

    /// Adds the gradients of one sample; returns those of its input.
    func backward(_ x: [Float], _ expected: ArraySlice<Float>, _ gradients: inout [[Float]]) -> [Float] {
        let (h, y) = forward(x)
        var onHidden = [Float](repeating: 0, count: hidden)
        for (k, value) in expected.enumerated() {
            let slope: Float = y[k] > value ? 1 : (y[k] < value ? -1 : 0)
            gradients[3][k] += slope
            for j in 0..<hidden where h[j] > 0 {
                gradients[2][j * outputs + k] += slope * h[j]
                onHidden[j] += slope * parameters[2][j * outputs + k]
            }
        }
        var onInput = [Float](repeating: 0, count: inputs)
        for j in 0..<hidden where onHidden[j] != 0 {
            gradients[1][j] += onHidden[j]
            for i in 0..<inputs {
                gradients[0][i * hidden + j] += onHidden[j] * x[i]
                onInput[i] += onHidden[j] * parameters[0][i * hidden + j]
            }
        }
        return onInput
    }

    /// One step of Adam.
    mutating func step(_ gradients: [[Float]], rate: Float) {
        steps += 1
        var warm: (Float, Float) = (1, 1)
        for _ in 0..<min(steps, 4000) { warm = (warm.0 * 0.9, warm.1 * 0.999) }
        for group in parameters.indices {
            for index in parameters[group].indices {
                let g = gradients[group][index]
                first[group][index] = 0.9 * first[group][index] + 0.1 * g
                second[group][index] = 0.999 * second[group][index] + 0.001 * g * g
                let size = (second[group][index] / (1 - warm.1)).squareRoot() + 1e-8
                parameters[group][index] -= rate * first[group][index] / (1 - warm.0) / size
            }
        }
    }
}
