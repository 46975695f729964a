// The calendar and the scaler are part of this vocabulary; the device below needs them too.
@_exported public import LimbeckRuntime

/// Regular times: `start + index × step`, in seconds.
///
/// Two clocks exist because two kinds of file exist. A file whose stamps carry an offset (or `Z`)
/// is kept on the `utc` clock, and `offsets` says how to get to local time. A file of bare local
/// stamps is kept on the `local` clock: hours of the day are exact, and daylight saving shows as
/// one missing and one repeated hour a year (see `Documentation/Decisions.md`).
public struct TimeGrid: Hashable, Sendable {
    public typealias Clock = LocalTime.Clock
    public typealias Offset = LocalTime.Offset

    /// Seconds since 1970-01-01T00:00 on `clock` of the first step.
    public var start: Int64
    /// Seconds between steps; positive.
    public var step: Int64
    public var count: Int
    /// IANA name, for example `Pacific/Auckland`; empty when unknown.
    public var zone: String
    public var clock: Clock
    /// Ascending; empty on the local clock and for UTC data without a zone.
    public var offsets: [Offset]

    public init(
        start: Int64, step: Int64, count: Int, zone: String = "", clock: Clock = .utc,
        offsets: [Offset] = []
    ) {
        precondition(step > 0, "TimeGrid: step must be positive, not \(step)")
        self.start = start
        self.step = step
        self.count = count
        self.zone = zone
        self.clock = clock
        self.offsets = offsets
    }

    /// Seconds since 1970 on the grid's clock; defined beyond `count`, for forecasts.
    public func instant(_ index: Int) -> Int64 { start + Int64(index) * step }

    /// The step whose instant is `instant`, or nil when it lies between steps.
    public func index(of instant: Int64) -> Int? {
        let distance = instant - start
        return distance % step == 0 ? Int(distance / step) : nil
    }

    /// Seconds since 1970 of the local wall clock at `index`.
    public func localSeconds(_ index: Int) -> Int64 {
        LocalTime.seconds(at: instant(index), offsets: offsets)
    }

    /// Calendar fields of the local wall clock at `index`.
    public func local(_ index: Int) -> CalendarFields { CalendarFields(localSeconds(index)) }
}
