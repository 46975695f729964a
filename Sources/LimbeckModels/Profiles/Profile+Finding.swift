import LimbeckRuntime
import LimbeckSeries

/// Which seasons a profile is told by.
public enum SeasonChoice: Hashable, Sendable {
    /// Those that lower the error out of fold.
    case found
    /// These, as far as the step allows.
    case declared(Seasons)
}

extension Profile {
    /// Seasons that lower the squared error out of fold by less are left out.
    private static let least = 0.005
    private static let penalties = [0.25, 1, 4, 16]
    /// More columns are judged by as many of them, evenly spread.
    private static let judged = 24

    /// How much each season shrinks, coarse before fine, by the error out of fold on the training part.
    static func shrinkage(
        _ series: Series, range: Range<Int>, shape: ForecastShape, _ choice: SeasonChoice
    ) -> Shrinkage {
        let step = series.times.step, length = Int64(Double(range.count) * series.times.meanStep)
        var candidates = Seasons()
        for (_, season) in Seasons.names where season.seconds > step {
            switch choice {
            case .found: if length >= 2 * season.seconds { candidates.formUnion(season) }
            case .declared(let wanted): candidates.formUnion(wanted.intersection(season))
            }
        }
        let every = max(1, series.stepSize / judged)
        let columns = Array(stride(from: 0, to: series.stepSize, by: every))
        let means = SeasonalMeans(
            series.values, series, range: range, shape: shape, columns: columns, candidates: candidates)
        let variances = means.variances
        var best = Shrinkage()
        var error = means.error(best, variances: variances)
        for (season, path) in [(Seasons.day, \Shrinkage.day), (.week, \.week), (.year, \.year)]
        where candidates.contains(season) {
            let trials = penalties.map { penalty in
                var trial = best
                trial[keyPath: path] = penalty
                return (trial, means.error(trial, variances: variances))
            }
            guard let found = trials.min(by: { $0.1 < $1.1 }) else { continue }
            if choice != .found || found.1 < error * (1 - least) { (best, error) = found }
        }
        return best
    }
}
