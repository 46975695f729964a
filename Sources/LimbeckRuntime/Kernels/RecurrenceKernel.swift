/// GRU and LSTM layers over steps.
enum RecurrenceKernel {
    static func recur(
        _ r: Recurrence, gates: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>?, scratch: UnsafeMutablePointer<Float>,
        _ y: UnsafeMutablePointer<Float>
    ) {
        let states = r.rows * r.units
        let wide = r.kind.gates * r.units
        let cells = scratch + r.rows * wide
        var previous: UnsafePointer<Float>?
        for step in 0..<r.steps {
            let state = r.keepsSteps ? y + step * states : y
            if let previous {
                MatrixKernel.product(
                    previous, aRow: r.units, aDepth: 1, weight, scratch, bias: bias, m: r.rows,
                    n: wide, depth: r.units)
            } else {
                for row in 0..<r.rows {
                    for index in 0..<wide { scratch[row * wide + index] = bias.map { $0[index] } ?? 0 }
                }
            }
            for row in 0..<r.rows {
                let given = gates + (step * r.rows + row) * wide
                let own = scratch + row * wide
                let old = previous.map { $0 + row * r.units }
                switch r.kind {
                case .gru: gru(r.units, given, own, old, state + row * r.units)
                case .lstm:
                    lstm(r.units, given, own, cells + row * r.units, state + row * r.units, isFirst: step == 0)
                }
            }
            previous = UnsafePointer(state)
        }
    }

    private static func gru(
        _ units: Int, _ g: UnsafePointer<Float>, _ s: UnsafePointer<Float>,
        _ old: UnsafePointer<Float>?, _ h: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<units {
            let reset = Elementary.sigmoid(g[index] + s[index])
            let update = Elementary.sigmoid(g[units + index] + s[units + index])
            let new = Elementary.hyperbolicTangent(
                g[2 * units + index] + reset * s[2 * units + index])
            let before = old.map { $0[index] } ?? 0
            h[index] = new + update * (before - new)
        }
    }

    private static func lstm(
        _ units: Int, _ g: UnsafePointer<Float>, _ s: UnsafePointer<Float>,
        _ cell: UnsafeMutablePointer<Float>, _ h: UnsafeMutablePointer<Float>, isFirst: Bool
    ) {
        for index in 0..<units {
            let input = Elementary.sigmoid(g[index] + s[index])
            let forget = Elementary.sigmoid(g[units + index] + s[units + index])
            let new = Elementary.hyperbolicTangent(g[2 * units + index] + s[2 * units + index])
            let output = Elementary.sigmoid(g[3 * units + index] + s[3 * units + index])
            let before: Float = isFirst ? 0 : cell[index]
            cell[index] = forget * before + input * new
            h[index] = output * Elementary.hyperbolicTangent(cell[index])
        }
    }
}
