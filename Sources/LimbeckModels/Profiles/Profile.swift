public import LimbeckSeries

/// What is usual at a step of the channels that are forecast: the mean of each column plus what day, week and year add to it, measured on a training part.
///
/// Each season's effect is the mean of what coarser seasons leave, shrunk by how often it was seen: from residuals r of
/// the n cycles that saw a bin, `Σr / (n + κ)`. κ is chosen by the error out of fold, where a season that does not lower
/// it is left out (`Profile.shrinkage`); so on short data nothing is taken for usual that was seen once.
public struct Profile: Sendable {
    /// How much every season shrinks, by `Seasons.names`; infinite for one that is left out.
    struct Shrinkage: Hashable, Sendable {
        var day = Double.infinity, week = Double.infinity, year = Double.infinity

        var seasons: Seasons {
            (day.isFinite ? .day : Seasons()).union(week.isFinite ? .week : []).union(year.isFinite ? .year : [])
        }
    }

    public let seasons: Seasons
    /// Of the mean and the clock's seasons, `[bins, N, O]`; one bin without any.
    public let clock: [Float]
    /// The same as it is stored, a table for each part of the shape's profile.
    let kept: [ProfileTable]
    /// What the week of the year adds, `[52, N, O]`; empty without it.
    public let year: [Float]
    /// The training part, and at each of its steps the profile without that step's neighbourhood, `[T, N, O]`.
    public let range: Range<Int>
    public let outOfFold: [Float]
    let shape: ForecastShape
    /// Numbers that it stores.
    public let count: Int
    private let size: Int

    init(_ means: SeasonalMeans, _ shrinkage: Shrinkage, shape: ForecastShape) {
        self.shape = shape
        size = means.size
        range = means.range
        seasons = shrinkage.seasons
        let all = means.tables(shrinkage, excluding: nil)
        clock = all.clock.map { Float($0) }
        var told = shape
        told.seasons = shrinkage.seasons
        // What was expanded from few numbers comes apart into the same.
        kept = told.kept(all.clock, columns: means.size)
        count = told.profileParts.reduce(0) { $0 + $1.count(columns: means.size) } + all.year.count
        year = all.year.map { Float($0) }
        outOfFold = means.outOfFold(shrinkage)
    }

    /// Adds the usual values of a step to `row`, which has a number for each place and channel that is forecast.
    func add(_ times: TimeGrid, _ time: Int, to row: inout [Float]) { add(local: times.localSeconds(time), to: &row) }

    /// The same of a local wall clock.
    private func add(local: Int64, to row: inout [Float]) {
        let bin = seasons.clock.map { shape.supported($0).index(local: local, step: shape.step) } ?? 0
        for column in 0..<size { row[column] += clock[bin * size + column] }
        guard !year.isEmpty else { return }
        let week = SeasonalMeans.yearField.index(local: local, step: shape.step)
        for column in 0..<size { row[column] += year[week * size + column] }
    }

    /// The profile's row of a step.
    public func row(_ times: TimeGrid, _ time: Int) -> [Float] {
        var row = [Float](repeating: 0, count: size)
        add(times, time, to: &row)
        return row
    }

    /// One number of a step's row; as a model in training may see it where `isTraining`.
    func value(_ times: TimeGrid, _ time: Int, _ column: Int, isTraining: Bool = false) -> Float {
        if isTraining, range.contains(time) { return outOfFold[(time - range.lowerBound) * size + column] }
        let local = times.localSeconds(time)
        let bin = seasons.clock.map { shape.supported($0).index(local: local, step: shape.step) } ?? 0
        guard !year.isEmpty else { return clock[bin * size + column] }
        return clock[bin * size + column]
            + year[SeasonalMeans.yearField.index(local: local, step: shape.step) * size + column]
    }

    func row(local: Int64) -> [Float] {
        var row = [Float](repeating: 0, count: size)
        add(local: local, to: &row)
        return row
    }

    /// The row that a model in training may see: out of fold within the training part.
    func trainingRow(_ times: TimeGrid, _ time: Int) -> [Float] {
        guard range.contains(time) else { return row(times, time) }
        let base = (time - range.lowerBound) * size
        return Array(outOfFold[base..<base + size])
    }

    /// Rows of every step of `times` as models in training see them, `[T, N, O]`.
    func trainingRows(_ times: TimeGrid) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(times.count * size)
        for time in 0..<times.count { values += trainingRow(times, time) }
        return values
    }
}
