import LimbeckRuntime
import LimbeckSeries

/// Sums of a training part by time of the week and week of the year, from which profiles are made: of all of it, or
/// with a block of steps left out.
struct SeasonalMeans {
    static let yearField = CalendarSlot.Field.weekOfYear
    static let weeks = 52

    let size: Int
    let range: Range<Int>
    /// With the form that tables are kept in.
    private let shape: ForecastShape
    private let values: [Float]
    private let observed: [Bool]
    private let field: CalendarSlot.Field
    /// Bins of a day and of a week.
    private let dayBins, weekBins: Int
    /// Of each step of the range.
    private let clockBin, yearBin: [Int]
    /// By time of the week and column.
    private var sums: [Double]
    private var counts: [Double]
    /// Of each column.
    private var mean: [Double]
    /// Blocks that are left out together, and how many steps before and after each besides.
    private let fold, margin: Int

    /// `values` are `[T, N, C]`, of all of which `columns` are taken.
    init(
        _ values: [Float], _ series: Series, range: Range<Int>, shape: ForecastShape, columns: [Int]? = nil,
        candidates: Seasons
    ) {
        let all = series.stepSize
        let columns = columns ?? Array(0..<all)
        size = columns.count
        self.range = range
        self.shape = shape
        field = shape.supported(.stepOfWeek)
        weekBins = shape.cardinality(.stepOfWeek)
        dayBins = weekBins / 7
        let step = series.times.step
        if columns.count == all {
            let span = range.lowerBound * all..<range.upperBound * all
            self.values = Array(values[span])
            observed = Array(series.observed[span])
        } else {
            self.values = range.flatMap { time in columns.map { values[time * all + $0] } }
            observed = range.flatMap { time in columns.map { series.observed[time * all + $0] } }
        }
        var clockBin: [Int] = [], yearBin: [Int] = []
        for time in range {
            let local = series.times.localSeconds(time)
            clockBin.append(field.index(local: local, step: step))
            yearBin.append(Self.yearField.index(local: local, step: step))
        }
        (self.clockBin, self.yearBin) = (clockBin, yearBin)
        let period =
            candidates.contains(.week)
            ? series.times.steps(in: Seasons.week.seconds)
            : candidates.contains(.day) ? series.times.steps(in: Seasons.day.seconds) : 1
        fold = max(period, (range.count + 63) / 64)
        // A history as long as a season shares its bins with the target.
        let finest = candidates.contains(.day) ? Seasons.day : candidates.contains(.week) ? .week : .year
        let sharesBins = shape.history + shape.horizon > series.times.steps(in: finest.seconds)
        margin = (sharesBins ? shape.history : 0) + shape.horizon - 1
        (sums, counts, mean) = ([], [], [])
        (sums, counts) = blockSums(0..<range.count)
        mean = Self.means(sums, counts, size: size)
    }

    private func blockSums(_ block: Range<Int>) -> (sums: [Double], counts: [Double]) {
        var sums = [Double](repeating: 0, count: weekBins * size), counts = sums
        for time in block {
            let base = clockBin[time] * size, row = time * size
            for column in 0..<size where observed[row + column] {
                sums[base + column] += Double(values[row + column])
                counts[base + column] += 1
            }
        }
        return (sums, counts)
    }

    /// The tables of the profile, without what lies in `excluded` (steps of the range).
    func tables(_ shrinkage: Profile.Shrinkage, excluding excluded: Range<Int>?) -> (clock: [Double], year: [Double]) {
        var (sums, counts) = (sums, counts)
        if let excluded {
            let block = blockSums(excluded)
            for index in sums.indices where block.counts[index] > 0 {
                sums[index] -= block.sums[index]
                counts[index] -= block.counts[index]
            }
        }
        let seasons = shrinkage.seasons
        var clock = mean
        if seasons.clock != nil {
            let bins = seasons.contains(.week) ? weekBins : dayBins
            clock = (0..<bins).flatMap { _ in mean }
            if seasons.contains(.day) {
                let day = effects(sums, counts, less: clock, bins: dayBins, shrinkage.day)
                for index in clock.indices { clock[index] += day[index % day.count] }
            }
            if seasons.contains(.week) {
                let week = effects(sums, counts, less: clock, bins: weekBins, shrinkage.week)
                for index in clock.indices { clock[index] += week[index] }
            }
        }
        var told = shape
        told.seasons = seasons
        if told.profileForm != .full, seasons.clock != nil {
            clock = told.clock(told.kept(clock, columns: size), columns: size)
        }
        guard seasons.contains(.year) else { return (clock, []) }
        return (clock, yearEffects(less: clock, shrinkage.year, excluding: excluded))
    }

    /// Of each column, always of the whole range: a mean that leaves a fold out would tell a model the fold's level, as
    /// what is missing from the sum.
    private static func means(_ sums: [Double], _ counts: [Double], size: Int) -> [Double] {
        (0..<size).map { column in
            var sum = 0.0, count = 0.0
            for index in stride(from: column, to: sums.count, by: size) {
                sum += sums[index]
                count += counts[index]
            }
            return count > 0 ? sum / count : 0
        }
    }

    /// `Σr / (n + κ)` by bin and column, of what `usual` leaves.
    private func effects(
        _ sums: [Double], _ counts: [Double], less usual: [Double], bins: Int, _ penalty: Double
    ) -> [Double] {
        var total = [Double](repeating: 0, count: bins * size), seen = total
        for index in sums.indices where counts[index] > 0 {
            total[index % total.count] += sums[index] - counts[index] * usual[index % usual.count]
            seen[index % total.count] += counts[index]
        }
        return centred(zip(total, seen).map { $1 > 0 ? $0 / ($1 + penalty) : 0 }, weights: seen)
    }

    /// Effects that are zero on average over what was seen of each column: for the same reason as the mean's.
    private func centred(_ effects: [Double], weights: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: size), totals = sums
        for index in effects.indices {
            sums[index % size] += weights[index] * effects[index]
            totals[index % size] += weights[index]
        }
        return effects.indices.map { index in
            let column = index % size
            return weights[index] > 0 ? effects[index] - sums[column] / totals[column] : 0
        }
    }

    /// The same by week of the year: a visit to a week is one cycle, however many steps it has; neighbouring weeks
    /// count half.
    private func yearEffects(less clock: [Double], _ penalty: Double, excluding excluded: Range<Int>?) -> [Double] {
        let length = Self.weeks * size
        var total = [Double](repeating: 0, count: length), seen = total
        var sum = [Double](repeating: 0, count: size), count = sum
        let bins = clock.count / size
        var week = -1
        func finish() {
            guard week >= 0 else { return }
            for column in 0..<size where count[column] > 0 {
                total[week * size + column] += sum[column] / count[column]
                seen[week * size + column] += 1
                (sum[column], count[column]) = (0, 0)
            }
        }
        for time in 0..<range.count where excluded?.contains(time) != true {
            if yearBin[time] != week {
                finish()
                week = yearBin[time]
            }
            let base = clockBin[time] % bins * size, row = time * size
            for column in 0..<size where observed[row + column] {
                sum[column] += Double(values[row + column]) - clock[base + column]
                count[column] += 1
            }
        }
        finish()
        func smooth(_ values: [Double]) -> [Double] {
            (0..<length).map { index in
                values[index] + (values[(index + length - size) % length] + values[(index + size) % length]) / 2
            }
        }
        let cycles = smooth(seen)
        return centred(zip(smooth(total), cycles).map { $1 > 0 ? $0 / ($1 + penalty) : 0 }, weights: cycles)
    }

    // MARK: Out of fold

    /// Calls `body` with each fold's steps and the tables made without it and its margins.
    private func forEachFold(
        _ shrinkage: Profile.Shrinkage, _ body: (Range<Int>, (clock: [Double], year: [Double])) -> Void
    ) {
        for first in stride(from: 0, to: range.count, by: fold) {
            let own = first..<min(first + fold, range.count)
            let excluded = max(0, own.lowerBound - margin)..<min(range.count, own.upperBound + margin)
            body(own, tables(shrinkage, excluding: excluded))
        }
    }

    /// At each step of the range the profile without its fold, `[T, columns]`.
    func outOfFold(_ shrinkage: Profile.Shrinkage) -> [Float] {
        var rows = [Float](repeating: 0, count: range.count * size)
        forEachFold(shrinkage) { own, tables in
            let bins = tables.clock.count / size
            for time in own {
                let base = clockBin[time] % bins * size, year = yearBin[time] * size
                for column in 0..<size {
                    let yearly = tables.year.isEmpty ? 0 : tables.year[year + column]
                    rows[time * size + column] = Float(tables.clock[base + column] + yearly)
                }
            }
        }
        return rows
    }

    /// Squared error out of fold as a share of each column's variance, mean over columns.
    func error(_ shrinkage: Profile.Shrinkage, variances: [Double]) -> Double {
        let rows = outOfFold(shrinkage)
        var sums = [Double](repeating: 0, count: size), counts = sums
        for index in rows.indices where observed[index] {
            let difference = Double(values[index]) - Double(rows[index])
            sums[index % size] += difference * difference
            counts[index % size] += 1
        }
        var total = 0.0, columns = 0.0
        for column in 0..<size where variances[column] > 0 && counts[column] > 0 {
            total += sums[column] / counts[column] / variances[column]
            columns += 1
        }
        return columns > 0 ? total / columns : 0
    }

    /// Of what was observed, by column.
    var variances: [Double] {
        var squares = [Double](repeating: 0, count: size), seen = squares
        for index in values.indices where observed[index] {
            let difference = Double(values[index]) - mean[index % size]
            squares[index % size] += difference * difference
            seen[index % size] += 1
        }
        return zip(squares, seen).map { $1 > 0 ? $0 / $1 : 0 }
    }
}
