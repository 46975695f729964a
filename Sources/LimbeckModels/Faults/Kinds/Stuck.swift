/// The last reading before the fault is repeated.
struct Stuck: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        var isSeen = false
        for channel in 0..<window.outputs {
            let last =
                window.first > 0
                ? window[window.first - 1, window.node, channel]
                : window.earlier(window.first - 1, window.node, channel)
            for step in window.changed {
                // Readings that stood still anyhow tell nothing.
                isSeen = isSeen || window[step, window.node, channel] != last
                window[step, window.node, channel] = last
            }
        }
        window.mark(window.node, isSeen: isSeen)
    }
}
