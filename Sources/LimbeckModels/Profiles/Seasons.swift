public import LimbeckRuntime

/// Courses that come back, by which a profile is told: of a day, a week, a year.
public struct Seasons: OptionSet, Hashable, Sendable, Codable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let day = Seasons(rawValue: 1)
    public static let week = Seasons(rawValue: 2)
    public static let year = Seasons(rawValue: 4)

    /// Names as recipes write them.
    public static let names: [(name: String, season: Seasons)] = [("day", .day), ("week", .week), ("year", .year)]

    public var names: [String] { Self.names.filter { contains($0.season) }.map(\.name) }

    /// The length of one cycle in seconds.
    var seconds: Int64 { self == .day ? 86_400 : self == .week ? 604_800 : 31_556_952 }

    /// The finest course of the clock: time of the week, or of the day; nil without either.
    public var clock: CalendarSlot.Field? {
        contains(.week) ? .stepOfWeek : contains(.day) ? .stepOfDay : nil
    }
}
