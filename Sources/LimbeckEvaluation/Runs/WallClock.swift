import Foundation

/// The time of day, for stamps; durations are for a monotonic clock.
public enum WallClock {
    /// Seconds since 1970.
    public static var now: Double { Date().timeIntervalSince1970 }
}
