public import LimbeckSeries

/// A series and what was found while reading it.
public struct LoadedSeries: Sendable {
    public var series: Series
    public var quality: QualityReport
    /// Names of the channels to forecast where sources of covariates were joined; empty: all.
    public var targets: [String] = []
    /// Names of the channels that are known ahead, and told so: each step holds what they will be a horizon later.
    public var future: [String] = []

    /// Channels of each source of covariates, by its name.
    public var sources: [(name: String, channels: [String])] = []
    /// Facts of places of each source of static covariates, by its name.
    public var factSources: [(name: String, facts: [String])] = []
    /// What stood before decimals in a text file, and whether its cells told.
    var decimal: (mark: UInt8, isSure: Bool)?

    public init(series: Series, quality: QualityReport) {
        self.series = series
        self.quality = quality
    }

    /// Takes channels of the file itself as known ahead by `horizon` steps. They may go on for longer than the others, whose
    /// last reading ends the series.
    ///
    /// Throws `missingColumn` for a name that is no channel.
    public mutating func lead(_ names: [String], by horizon: Int) throws {
        let names = names.filter { !future.contains($0) }
        guard !names.isEmpty else { return }
        let ahead = try names.map { name in
            guard let channel = series.channels.firstIndex(where: { $0.name == name }) else {
                throw DataError(
                    .missingColumn,
                    "\(series.name): there is no channel \(quoted(name)) to be known ahead; there are "
                        + "\(series.channels.map(\.name).joined(separator: ", ")).")
            }
            return channel
        }
        let known = Set(ahead + series.channels.indices.filter { future.contains(series.channels[$0].name) })
        let others = series.channels.indices.filter { !known.contains($0) }
        let last = (0..<series.times.count).last { time in
            series.places.indices.contains { node in
                others.contains { series.isObserved(time: time, node: node, channel: $0) }
            }
        }
        series = series.leading(channels: ahead, by: horizon).prefix((last ?? 0) + 1)
        future += names
        quality = QualityCheck.report(series, quality.findings.filter { $0.severity == .repair })
    }
}
