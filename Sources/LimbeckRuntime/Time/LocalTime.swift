/// How instants of a clock become local wall-clock time.
public struct LocalTime: Hashable, Sendable {
    /// `utc`: instants are UTC and `offsets` lead to local time. `local`: instants are the wall
    /// clock itself.
    public enum Clock: String, Hashable, Sendable { case utc, local }

    /// From `instant` (seconds on the clock) on, local time is `seconds` ahead.
    public struct Offset: Hashable, Sendable {
        public var instant: Int64
        public var seconds: Int

        public init(instant: Int64, seconds: Int) {
            self.instant = instant
            self.seconds = seconds
        }
    }

    public var clock: Clock
    /// IANA name, for example `Pacific/Auckland`; empty when unknown.
    public var zone: String
    /// Ascending; empty on the local clock and for UTC data without a zone.
    public var offsets: [Offset]

    public init(clock: Clock = .utc, zone: String = "", offsets: [Offset] = []) {
        self.clock = clock
        self.zone = zone
        self.offsets = offsets
    }

    /// Seconds since 1970 of the local wall clock at `instant`.
    public func seconds(at instant: Int64) -> Int64 { Self.seconds(at: instant, offsets: offsets) }

    /// The same from a bare table: the last offset at or before `instant`, else the first.
    public static func seconds(at instant: Int64, offsets: [Offset]) -> Int64 {
        var low = 0
        var high = offsets.count
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        if offsets.isEmpty { return instant }
        return instant &+ Int64(offsets[low > 0 ? low - 1 : 0].seconds)
    }

    /// The instant of a local wall clock: the earlier of two, and where clocks went forward over it as if they had not.
    public func instant(local: Int64) -> Int64 {
        var instant = local
        for offset in offsets.reversed() {
            instant = local &- Int64(offset.seconds)
            if offset.instant <= instant { break }
        }
        guard let index = offsets.lastIndex(where: { $0.instant <= instant }), index > 0 else { return instant }
        // An hour that clocks show twice: the offset before may tell the same.
        let earlier = local &- Int64(offsets[index - 1].seconds)
        return earlier < offsets[index].instant ? earlier : instant
    }
}
