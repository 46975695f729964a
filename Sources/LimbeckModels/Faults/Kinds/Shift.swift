/// Readings rise or fall by 1 to 6 deviations within a few steps and stay there, noisily; every other time at one or two
/// places nearby too, a few steps later.
struct Shift: Fault {
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw) {
        let channel = draw.below(window.outputs), sign = draw.sign()
        let followers = draw.below(2) == 0 ? 0 : min(window.near.count, 1 + draw.below(2))
        var delay = 0
        for number in 0...followers {
            let node = number == 0 ? window.node : window.near[number - 1]
            if number > 0 { delay += 1 + draw.below(4) }
            let size = draw.length(1, 6) * sign, ramp = 1 + draw.below(4), spread = draw.uniform(0, 0.3)
            var noise = 0.0
            for step in window.changed where step >= window.first + delay {
                noise = 0.7 * noise + spread * draw.normal()
                let share = min(1, Double(step - window.first - delay + 1) / Double(ramp))
                window[step, node, channel] += Float(size * share + noise)
            }
            if window.steps - 1 >= window.first + delay { window.mark(node) }
        }
    }
}
