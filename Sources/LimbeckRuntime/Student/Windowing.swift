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
    #if LIMBECK_SMALL
        public var spacing: Spacing {
            get { .regular }
            set {}
        }
    #else
        /// How steps follow each other; the small build knows regular ones alone.
        public var spacing = Spacing.regular
    #endif
    public var missing: Missing
    public var late = Late.replace
    public var slots: [CalendarSlot]

    public init(
        step: Int64, time: LocalTime = LocalTime(), missing: Missing = .forwardFill,
        slots: [CalendarSlot] = [], spacing: Spacing = .regular
    ) {
        self.step = step
        self.time = time
        self.missing = missing
        self.slots = slots
        self.spacing = spacing
    }

    /// The local wall clock so many steps away from the instant `origin`.
    public func local(_ steps: Int, from origin: Int64) -> Int64 {
        guard Included.everything, spacing != .regular else { return time.seconds(at: origin &+ Int64(steps) &* step) }
        return spacing.local(Int64(steps), from: CalendarFields.bounded(time.seconds(at: origin)), step: step)
    }

    /// The number of the step that an instant lies in; steps begin `phase` seconds after what the spacing says.
    func ordinal(of instant: Int64, phase: Int64) -> Int64 {
        let seconds = CalendarFields.bounded(instant) &- phase
        guard Included.everything, spacing != .regular else { return Spacing.floored(seconds, step).quotient }
        return spacing.ordinal(local: CalendarFields.bounded(time.seconds(at: seconds)), step: step)
    }

    /// The instant at which a step begins.
    func begin(of ordinal: Int64, phase: Int64) -> Int64 {
        guard Included.everything, spacing != .regular else { return ordinal &* step &+ phase }
        return time.instant(local: spacing.local(ordinal: ordinal, step: step)) &+ phase
    }

    /// Entry `entry` of slot `slot` when the first forecast step is at `origin`.
    public func index(_ slot: CalendarSlot, _ entry: Int, origin: Int64) -> Int {
        slot.field.index(local: local(slot.first &+ entry, from: origin), step: step)
    }
}
