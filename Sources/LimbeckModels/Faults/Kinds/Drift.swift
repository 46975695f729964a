/// A bias grows evenly, to at most 4 deviations.
struct Drift: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        let channel = draw.below(window.outputs)
        let age = Double(window.steps - window.first)
        // What it has grown to by the end of the window.
        let last = draw.length(0.1, 4) * draw.sign()
        for step in window.changed {
            window[step, window.node, channel] += Float(last * Double(step - window.first + 1) / age)
        }
        window.mark(window.node, isSeen: abs(last) > 0.3)
    }
}
