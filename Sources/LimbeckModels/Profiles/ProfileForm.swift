import Foundation
import LimbeckCompute
import LimbeckRuntime

/// How a profile keeps what is usual at each time of the day and week: at five-minute steps a number for each of them is
/// most of a small student.
public enum ProfileForm: String, Hashable, Sendable, Codable, CaseIterable {
    /// One for every step of the week, or day, and column of places and channels.
    case full
    /// One for every hour: the mean of its steps.
    case hourly
    /// A few courses that all columns share, times weights of each: the largest singular vectors of deviations, columns
    /// divided by how much they vary.
    case lowRank
    /// Waves of a day and a week times weights of each column, by least squares.
    case fourier

    /// The form itself, or `full` where steps are no parts of an hour, so that an hour is no mean of steps.
    func suited(step: Int64) -> ProfileForm {
        switch self {
        case .full, .lowRank: self
        case .hourly: step < 3600 && 3600 % step == 0 ? self : .full
        case .fourier: step <= 3600 && 3600 % step == 0 ? self : .full
        }
    }

    /// Courses of `lowRank`.
    static let rank = 8
    /// Waves of `fourier`: so many to the day, and to the week those that are none of a day.
    static let dayWaves = 8
    static let weekWaves = (1...24).filter { $0 % 7 != 0 }
}

/// One summand of a profile: a table by a part of the calendar, of columns themselves or of `rank` courses that weights
/// mix.
struct ProfilePart: Hashable, Sendable {
    var name: String
    /// Nil for one row that is always right.
    var field: CalendarSlot.Field?
    var bins: Int
    /// Nil where rows are columns themselves.
    var rank: Int?

    /// Numbers that it stores.
    func count(columns: Int) -> Int { rank.map { bins * $0 + $0 * columns } ?? bins * columns }
}

/// What a part holds: `[bins, columns]`, or courses `[bins, rank]` and weights `[rank, columns]`.
struct ProfileTable: Sendable {
    var table: [Double]
    var weights: [Double] = []
}

extension ForecastShape {
    /// The summands of the profile's clock, in order; what comes back by the year stands beside them.
    var profileParts: [ProfilePart] {
        guard let clock = seasons.clock else { return [ProfilePart(name: "table", field: nil, bins: 1)] }
        let field = supported(clock), bins = cardinality(clock)
        let level = ProfilePart(name: "level", field: nil, bins: 1)
        switch profileForm {
        case .full: return [ProfilePart(name: "table", field: field, bins: bins)]
        case .hourly:
            let hour: CalendarSlot.Field = seasons.contains(.week) ? .hourOfWeek : .hourOfDay
            return [ProfilePart(name: "table", field: hour, bins: seasons.contains(.week) ? 168 : 24)]
        case .lowRank: return [level, ProfilePart(name: "courses", field: field, bins: bins, rank: ProfileForm.rank)]
        case .fourier:
            let day = ProfilePart(
                name: "day", field: supported(.stepOfDay), bins: cardinality(.stepOfDay), rank: 2 * ProfileForm.dayWaves
            )
            guard seasons.contains(.week) else { return [level, day] }
            return [
                level, day,
                ProfilePart(name: "week", field: .hourOfWeek, bins: 168, rank: 2 * ProfileForm.weekWaves.count),
            ]
        }
    }

    /// Of each bin of the clock, the row of a part.
    private func rows(_ part: ProfilePart) -> [Int] {
        guard let clock = seasons.clock, let field = part.field else { return [0] }
        let bins = cardinality(clock)
        if field == supported(clock) { return Array(0..<bins) }
        // A bin begins so long after Monday's midnight, or midnight.
        let seconds = (seasons.contains(.week) ? 604_800 : 86_400) / Int64(bins)
        let monday: Int64 = 4 * 86_400
        return (0..<bins).map { field.index(local: monday + Int64($0) * seconds, step: step) }
    }

    /// A clock's table `[bins, columns]` as the form keeps it, a table for each of `profileParts`.
    func kept(_ clock: [Double], columns: Int) -> [ProfileTable] {
        let parts = profileParts, bins = clock.count / columns
        guard parts.count > 1 || parts[0].bins < bins else { return [ProfileTable(table: clock)] }
        if profileForm == .hourly {
            var sums = [Double](repeating: 0, count: parts[0].bins * columns),
                counts = [Double](repeating: 0, count: parts[0].bins)
            for (bin, row) in rows(parts[0]).enumerated() {
                counts[row] += 1
                for column in 0..<columns { sums[row * columns + column] += clock[bin * columns + column] }
            }
            for index in sums.indices { sums[index] /= max(1, counts[index / columns]) }
            return [ProfileTable(table: sums)]
        }
        let level = (0..<columns).map { column in
            stride(from: column, to: clock.count, by: columns).reduce(0) { $0 + clock[$1] } / Double(bins)
        }
        let rest = clock.indices.map { clock[$0] - level[$0 % columns] }
        if profileForm == .lowRank {
            return [ProfileTable(table: level), Self.courses(rest, columns: columns, rank: ProfileForm.rank)]
        }
        return [ProfileTable(table: level)] + waves(rest, columns: columns, Array(parts.dropFirst()))
    }

    /// What is kept, as a clock's table again.
    func clock(_ kept: [ProfileTable], columns: Int) -> [Double] {
        let parts = profileParts, bins = seasons.clock.map { cardinality($0) } ?? 1
        var clock = [Double](repeating: 0, count: bins * columns)
        for (part, own) in zip(parts, kept) {
            let rows = rows(part)
            for bin in 0..<bins {
                let row = rows.count == 1 ? 0 : rows[bin]
                guard let rank = part.rank else {
                    for column in 0..<columns { clock[bin * columns + column] += own.table[row * columns + column] }
                    continue
                }
                for course in 0..<rank {
                    let share = own.table[row * rank + course]
                    for column in 0..<columns {
                        clock[bin * columns + column] += share * own.weights[course * columns + column]
                    }
                }
            }
        }
        return clock
    }

    /// The largest singular vectors, by orthogonal iteration on the columns' products.
    private static func courses(_ rest: [Double], columns: Int, rank: Int) -> ProfileTable {
        let bins = rest.count / columns
        var sizes = [Double](repeating: 0, count: columns)
        for index in rest.indices { sizes[index % columns] += rest[index] * rest[index] }
        sizes = sizes.map { $0 > 0 ? ($0 / Double(bins)).squareRoot() : 0 }
        let even = rest.indices.map { sizes[$0 % columns] > 0 ? rest[$0] / sizes[$0 % columns] : 0 }
        var products = [Double](repeating: 0, count: columns * columns)
        DenseAlgebra.addCross(even, rows: bins, width: columns, left: columns, to: &products)
        for row in 0..<columns {
            for column in 0..<row { products[row * columns + column] = products[column * columns + row] }
        }
        // Vectors of the columns, each of length 1 and none along another.
        var vectors = (0..<rank).map { number in
            (0..<columns).map { sin(Double(($0 + 1) * (number + 1))) }
        }
        for _ in 0..<30 {
            for number in 0..<rank {
                var next = (0..<columns).map { row in
                    (0..<columns).reduce(0.0) { $0 + products[row * columns + $1] * vectors[number][$1] }
                }
                for other in vectors[..<number] {
                    let along = zip(next, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for column in 0..<columns { next[column] -= along * other[column] }
                }
                let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
                vectors[number] = length > 1e-9 * Double(bins) ? next.map { $0 / length } : next.map { _ in 0 }
            }
        }
        var table = [Double](repeating: 0, count: bins * rank)
        for bin in 0..<bins {
            for number in 0..<rank {
                table[bin * rank + number] = (0..<columns).reduce(0) {
                    $0 + even[bin * columns + $1] * vectors[number][$1]
                }
            }
        }
        return ProfileTable(table: table, weights: vectors.flatMap { vector in zip(vector, sizes).map { $0 * $1 } })
    }

    /// Weights of waves by least squares over all bins.
    private func waves(_ rest: [Double], columns: Int, _ parts: [ProfilePart]) -> [ProfileTable] {
        let bins = rest.count / columns
        let tables = parts.map { part in
            (0..<part.bins).flatMap { row -> [Double] in
                (part.name == "day" ? Array(1...ProfileForm.dayWaves) : ProfileForm.weekWaves).flatMap { wave in
                    let angle = 2 * Double.pi * Double(wave * row) / Double(part.bins)
                    return [cos(angle), sin(angle)]
                }
            }
        }
        let rows = parts.map(rows), ranks = parts.map { $0.rank ?? 0 }, width = ranks.reduce(0, +)
        var design = [Double](repeating: 0, count: bins * (width + columns))
        for bin in 0..<bins {
            var place = bin * (width + columns)
            for number in parts.indices {
                for wave in 0..<ranks[number] {
                    design[place] = tables[number][rows[number][bin] * ranks[number] + wave]
                    place += 1
                }
            }
            for column in 0..<columns { design[place + column] = rest[bin * columns + column] }
        }
        var products = [Double](repeating: 0, count: width * (width + columns))
        DenseAlgebra.addCross(design, rows: bins, width: width + columns, left: width, to: &products)
        var gram = [Double](repeating: 0, count: width * width), right = [Double](repeating: 0, count: columns * width)
        for row in 0..<width {
            for column in 0..<width {
                gram[row * width + column] = products[min(row, column) * (width + columns) + max(row, column)]
            }
            gram[row * width + row] += 1e-9 * Double(bins)
            for column in 0..<columns {
                right[column * width + row] = products[row * (width + columns) + width + column]
            }
        }
        let solved = LinearSolver.solve(gram, right, n: width) ?? right.map { _ in 0 }
        var first = 0
        return parts.indices.map { number in
            defer { first += ranks[number] }
            let weights = (0..<ranks[number]).flatMap { wave in
                (0..<columns).map { solved[$0 * width + first + wave] }
            }
            return ProfileTable(table: tables[number], weights: weights)
        }
    }
}
