public import LimbeckSeries

/// A series and what was found while reading it.
public struct LoadedSeries: Sendable {
    public var series: Series
    public var quality: QualityReport

    public init(series: Series, quality: QualityReport) {
        self.series = series
        self.quality = quality
    }
}
