/// Two places are exchanged.
struct Swapped: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        guard window.nodes > 1 else { return Stuck().plant(window, &draw) }
        var other = draw.below(window.nodes - 1)
        if other >= window.node { other += 1 }
        var distance: Float = 0
        for channel in 0..<window.outputs {
            for step in window.changed {
                let own = window[step, window.node, channel], their = window[step, other, channel]
                distance += (own - their).magnitude
                // In units of each place: what a device reads is scaled by the place it believes it is of.
                window[step, window.node, channel] = window.scaled(their, from: other, to: window.node, channel)
                window[step, other, channel] = window.scaled(own, from: window.node, to: other, channel)
            }
        }
        let isSeen = distance > 0.5 * Float(max(1, window.changed.count * window.outputs))
        window.mark(window.node, isSeen: isSeen)
        window.mark(other, isSeen: isSeen)
    }
}
