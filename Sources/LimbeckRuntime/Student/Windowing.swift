/// How readings become the window that a student reads.
public struct Windowing: Hashable, Sendable {
    /// What stands in for a reading that is missing (NaN or infinite).
    public enum Missing: UInt8, Hashable, Sendable, CaseIterable {
        /// The last finite reading of that node and channel in the window, else the centre.
        case forwardFill
        /// The scaler's centre.
        case center
        /// A number for each node and channel, in ``StudentContent/filling``.
        case constant
        /// One for each local hour of the week too.
        case seasonal
        /// The weighted mean of the nearest nodes' readings of that step, else the number of the node and channel.
        case spatial
    }

    /// What becomes of a reading that comes after one of a later step.
    public enum Late: UInt8, Hashable, Sendable, CaseIterable {
        /// It goes to its place, as long as the window reaches back to it.
        case replace
        /// It is dropped: what was forecast from stays what is in the window.
        case ignore
    }

    /// Seconds between steps.
    public var step: Int64
    public var time: LocalTime
    public var missing: Missing
    public var late = Late.replace
    public var slots: [CalendarSlot]

    public init(
        step: Int64, time: LocalTime = LocalTime(), missing: Missing = .forwardFill,
        slots: [CalendarSlot] = []
    ) {
        self.step = step
        self.time = time
        self.missing = missing
        self.slots = slots
    }

    /// Entry `entry` of slot `slot` when the first forecast step is at `origin`.
    public func index(_ slot: CalendarSlot, _ entry: Int, origin: Int64) -> Int {
        let instant = origin &+ Int64(slot.first &+ entry) &* step
        let local = time.seconds(at: instant)
        return slot.field.index(local: local, step: step)
    }
}
