/// Values over times × nodes × channels: the one shape of everything spatio-temporal.
///
/// `values` is row-major `[T, N, C]`. An unobserved cell holds NaN until an imputer fills it;
/// `observed` keeps saying that it was not measured, so that no score ever counts it.
public struct Series: Sendable {
    public var name: String
    public var times: TimeGrid
    public var places: [Place]
    public var channels: [Channel]
    public var values: [Float]
    /// Same layout as `values`: was this cell measured?
    public var observed: [Bool]
    public var graph: Graph?
    /// What is known of each place for good; nil where nothing is.
    public var facts: PlaceFacts?
    /// What must be printed wherever the data is shown; empty when the user gave none.
    public var licence: String

    public init(
        name: String, times: TimeGrid, places: [Place], channels: [Channel], values: [Float],
        observed: [Bool]? = nil, graph: Graph? = nil,
        licence: String = ""
    ) {
        let count = times.count * places.count * channels.count
        precondition(
            values.count == count,
            "Series: \(values.count) values for [\(times.count), \(places.count), \(channels.count)]")
        self.name = name
        self.times = times
        self.places = places
        self.channels = channels
        self.values = values
        self.observed = observed ?? values.map(\.isFinite)
        precondition(self.observed.count == count, "Series: mask and values differ in size")
        self.graph = graph
        self.licence = licence
    }

    public var nodeCount: Int { places.count }
    public var channelCount: Int { channels.count }
    /// Values in one time step: nodes × channels.
    public var stepSize: Int { places.count * channels.count }

    public func offset(time: Int, node: Int, channel: Int = 0) -> Int {
        (time * places.count + node) * channels.count + channel
    }

    public subscript(time: Int, node: Int, channel: Int) -> Float {
        get { values[offset(time: time, node: node, channel: channel)] }
        set { values[offset(time: time, node: node, channel: channel)] = newValue }
    }

    public func isObserved(time: Int, node: Int, channel: Int = 0) -> Bool {
        observed[offset(time: time, node: node, channel: channel)]
    }

    /// The series with NaN in every cell that was not measured, whatever was filled in.
    public var withGaps: Series {
        var series = self
        for index in series.values.indices where !series.observed[index] { series.values[index] = .nan }
        return series
    }

    public var missingCount: Int { observed.count { !$0 } }
}

/// A node: where it is and what it is called.
public struct Place: Hashable, Sendable {
    public var id: String
    public var coordinate: Coordinate?

    public init(id: String, coordinate: Coordinate? = nil) {
        self.id = id
        self.coordinate = coordinate
    }
}

/// WGS 84 degrees.
public struct Coordinate: Hashable, Sendable {
    public var latitude: Double
    public var longitude: Double

    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// What is measured, in which unit.
public struct Channel: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case continuous, count, category, event }

    public var name: String
    public var unit: String
    public var kind: Kind

    public init(name: String, unit: String = "", kind: Kind = .continuous) {
        self.name = name
        self.unit = unit
        self.kind = kind
    }
}
