public import LimbeckSeries

/// Compares new readings with what a model was trained on.
public enum PlausibilityCheck {
    /// Spreads from the training mean beyond which a reading is called implausible.
    public static let limit: Float = 10

    /// A warning for readings in `steps` whose scaled value `|transform(x) − center| / spread` is beyond `limit`; nil
    /// where there is none.
    ///
    /// - Parameter scaler: the model's, one entry for each place and channel of `series`.
    public static func finding(
        _ series: Series, scaler: Scaler, in steps: Range<Int>
    ) -> QualityReport.Finding? {
        let size = series.stepSize
        guard scaler.center.count == size else { return nil }
        var found: [(offset: Int, distance: Float)] = []
        for time in steps {
            for column in 0..<size where series.observed[time * size + column] {
                let distance = abs(scaler.scaled(series.values[time * size + column], at: column))
                if !(distance <= limit) { found.append((time * size + column, distance)) }
            }
        }
        guard !found.isEmpty else { return nil }
        found.sort { ($1.distance, $0.offset) < ($0.distance, $1.offset) }
        let examples = found.prefix(QualityReport.Finding.exampleLimit).map { item in
            let (time, column) = (item.offset / size, item.offset % size)
            let node = column / series.channelCount, channel = column % series.channelCount
            let name =
                series.channelCount == 1
                ? series.places[node].id : "\(series.places[node].id), \(series.channels[channel].name)"
            let low = scaler.unscaled(-3, at: column), high = scaler.unscaled(3, at: column)
            return
                "\(name) at \(TimeText.stamp(series.times, time)) is \(series.values[item.offset]), in training mostly "
                + "\(short(low)) to \(short(high))"
        }
        let value = series.values[found[0].offset]
        return .init(
            .implausible, .warning, count: found.count,
            message:
                "\(counted(found.count, "reading")) more than \(Int(limit)) spreads from what the model was trained "
                + "on, and the forecast follows them; correct them, or if \(value) means \"not measured\" say --missing "
                + "\(short(value))",
            examples: Array(examples))
    }

    /// Three digits, or the whole number.
    private static func short(_ value: Float) -> String {
        if value == value.rounded(), abs(value) < 1e7 { return "\(Int(value))" }
        guard value.isFinite, abs(value) < 1e7, abs(value) >= 0.01 else { return "\(value)" }
        let factor: Float = abs(value) >= 100 ? 1 : abs(value) >= 1 ? 100 : 10_000
        let rounded = (value * factor).rounded() / factor
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
