/// Readings are scattered by 0.5 to 2 deviations.
struct Noise: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        let channel = draw.below(window.outputs), size = draw.length(0.5, 2)
        for step in window.changed { window[step, window.node, channel] += Float(size * draw.normal()) }
        // Of a single reading nobody can say.
        window.mark(window.node, isSeen: window.changed.count > 2)
    }
}
