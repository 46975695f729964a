public import LimbeckSeries

/// A series and what was found while reading it.
public struct LoadedSeries: Sendable {
    public var series: Series
    public var quality: QualityReport
    /// Names of the channels to forecast where sources of covariates were joined; empty: all.
    public var targets: [String] = []

    public init(series: Series, quality: QualityReport) {
        self.series = series
        self.quality = quality
    }
}
