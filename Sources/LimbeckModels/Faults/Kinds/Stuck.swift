/// The last reading before the fault is repeated.
struct Stuck: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        for channel in 0..<window.outputs {
            let last =
                window.first > 0
                ? window[window.first - 1, window.node, channel]
                : window.earlier(window.first - 1, window.node, channel)
            for step in window.changed { window[step, window.node, channel] = last }
        }
        window.mark(window.node)
    }
}
