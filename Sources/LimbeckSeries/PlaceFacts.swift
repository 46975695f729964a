/// What is known of each place for good (static covariates): its height, what stands around it.
public struct PlaceFacts: Hashable, Sendable {
    public var names: [String] = []
    /// `[N, S]`, each standardised over the places; 0 where it is not known.
    public var values: [Float] = []

    public init() {}

    public var count: Int { names.count }

    /// Those of another behind its own; both of the same places.
    public func joined(_ other: PlaceFacts, places: Int) -> PlaceFacts {
        var result = PlaceFacts()
        result.names = names + other.names
        for place in 0..<places {
            result.values += values[place * count..<(place + 1) * count]
            result.values += other.values[place * other.count..<(place + 1) * other.count]
        }
        return result
    }

    /// With some told nothing of: 0 everywhere.
    public func silencing(_ silent: Set<Int>) -> PlaceFacts {
        var result = self
        for index in result.values.indices where silent.contains(index % max(1, count)) { result.values[index] = 0 }
        return result
    }
}
