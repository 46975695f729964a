/// The scaler's entries along a run of values, repeated until a loop over them is worth its start.
struct ScalerRun {
    let center, spread: UnsafeMutablePointer<Float>
    /// Values of a run: whole steps.
    let count: Int

    /// At least this many values, or all steps; one step where memory is scarce.
    private static var enough: Int { Included.everything ? 32 : 1 }

    /// Value `i` of a step is scaled by entry `entry(i)`.
    init(_ scaler: Scaler, entries: Int, steps: Int, entry: (Int) -> Int) {
        let repeats = entries == 0 ? 0 : min(steps, (Self.enough + entries - 1) / entries)
        count = max(entries * repeats, 1)
        center = .allocate(capacity: count)
        center.initialize(repeating: 0, count: count)
        spread = .allocate(capacity: count)
        spread.initialize(repeating: 1, count: count)
        for index in 0..<entries * repeats {
            let number = entry(index % entries)
            center[index] = scaler.center[number]
            spread[index] = scaler.spread[number]
        }
    }

    func deallocate() {
        center.deallocate()
        spread.deallocate()
    }

    /// `(value - center) / spread`; false when a value is not finite.
    func scale(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) -> Bool {
        var exponents: UInt32 = 0
        for index in 0..<count {
            let value = source[index]
            // The exponent of a number that is not finite is all ones: one more moves into the sign's bit.
            exponents |= (value.bitPattern & 0x7f80_0000) &+ 0x0080_0000
            target[index] = (value - center[index]) / spread[index]
        }
        return exponents < 0x8000_0000
    }

    /// `value × spread + center`, squared with its sign for a scaler of roots.
    func unscale(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int, squared: Bool
    ) {
        for index in 0..<count {
            let inner = source[index] * spread[index] + center[index]
            target[index] = squared ? inner * inner.magnitude : inner
        }
    }
}
