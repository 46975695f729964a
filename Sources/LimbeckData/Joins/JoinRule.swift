/// How another source's places and times become those of the targets.
public struct JoinRule: Codable, Hashable, Sendable {
    public enum Places: String, Codable, Hashable, Sendable, CaseIterable {
        /// By name where any name agrees, a single place to all, else the nearest where all have coordinates.
        case auto
        /// By name.
        case same
        /// The nearest by coordinates, not farther than `within`.
        case nearest
        /// One place to all.
        case all
    }

    public enum Known: String, Codable, Hashable, Sendable, CaseIterable {
        /// A value stands for the step that begins at its stamp, and is known when that has passed: a day's mean is not
        /// known in the morning.
        case end
        /// A value is a reading at its stamp, known from then on.
        case start
    }

    public var places = Places.auto
    /// The farthest that a place may be, such as "30 km"; empty: no limit.
    public var within = ""
    /// How much longer than its own step a value is held where none follows, such as "3h"; empty: not longer.
    public var times = ""
    public var known = Known.end
    /// Add a channel that is 1 where the source told anything and 0 where what it told is filled in.
    public var mask = false

    public init() {}

    /// Metres of `within`; nil for no limit.
    func metres() throws -> Double? {
        guard !within.isEmpty else { return nil }
        let text = within.filter { $0 != " " }.lowercased()
        for (unit, size) in [("km", 1000.0), ("m", 1)] where text.hasSuffix(unit) {
            if let number = Double(text.dropLast(unit.count)), number > 0, number.isFinite { return number * size }
        }
        throw DataError(
            .badConfiguration, "data.join.within: \(quoted(within)) is no distance; write it as 30 km or 500 m.")
    }

    /// Seconds of `times`.
    func tolerance() throws -> Int64 {
        guard !times.isEmpty else { return 0 }
        guard let seconds = TimeText.duration(times) else {
            throw DataError(
                .badConfiguration, "data.join.times: \(quoted(times)) is no duration; write it as 5min, 1h or 1d.")
        }
        return seconds
    }
}
