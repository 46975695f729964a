import LimbeckSeries

/// Covariates put at the places and times of a series, as further channels.
///
/// Of past ones a step takes what was known when it had passed and nothing later: of finer steps the mean of those within
/// it, of steps as long or longer the last one known, held for as long as one lasts and `JoinRule.times` besides.
///
/// Of those known ahead a step takes what is said of the step `ahead` later: the mean of those within, or the one that it
/// lies in.
struct CovariateJoin {
    private let main, other: Series
    private let rule: JoinRule
    private let file: String
    /// How many steps before its time a value is told; nil for what is known only afterwards.
    private let ahead: Int?
    /// Of each place of the series the other's, and how far it is in metres.
    private let sources: [(node: Int, distance: Double?)?]

    init(_ main: Series, _ other: Series, rule: JoinRule, file: String, ahead: Int? = nil) throws {
        (self.main, self.other, self.rule, self.file, self.ahead) = (main, other, rule, file, ahead)
        guard main.times.clock == other.times.clock else {
            func word(_ times: TimeGrid) -> String { times.clock == .utc ? "absolute" : "local" }
            throw DataError(
                .badFormat,
                "\(file) has \(word(other.times)) times and \(main.name) \(word(main.times)) ones, so they cannot be "
                    + "joined; data.zone with data.clock leads local times to UTC.")
        }
        sources = try Self.places(main, other, rule, file)
    }

    // MARK: Places

    private static func places(
        _ main: Series, _ other: Series, _ rule: JoinRule, _ file: String
    ) throws -> [(node: Int, distance: Double?)?] {
        let own = Dictionary(other.places.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let isPlaced = (main.places + other.places).allSatisfy { $0.coordinate != nil }
        var chosen = rule.places
        if chosen == .auto {
            let agrees = main.places.contains { own[$0.id] != nil }
            chosen = agrees ? .same : other.nodeCount == 1 ? .all : isPlaced ? .nearest : .same
        }
        let found: [(node: Int, distance: Double?)?]
        switch chosen {
        case .all, .auto:
            guard other.nodeCount == 1 else {
                throw DataError(
                    .badConfiguration,
                    "data.join.places: all gives one place to all, but \(file) has \(other.nodeCount); join by name "
                        + "(same) or distance (nearest).")
            }
            found = main.places.map { _ in (0, nil) }
        case .same: found = main.places.map { own[$0.id].map { ($0, nil) } }
        case .nearest:
            guard isPlaced else {
                throw DataError(
                    .missingCoordinates,
                    "data.join.places: nearest needs coordinates of all places of \(main.name) and \(file); give "
                        + "data.coordinates for each.")
            }
            let limit = try rule.metres() ?? .infinity
            found = main.places.map { place in
                let distances = other.places.enumerated().compactMap { node, there -> (node: Int, distance: Double?)? in
                    guard let from = place.coordinate, let to = there.coordinate else { return nil }
                    return (node, from.distance(to: to))
                }
                let nearest = distances.min { ($0.distance ?? 0, $0.node) < ($1.distance ?? 0, $1.node) }
                return nearest.flatMap { ($0.distance ?? 0) <= limit ? $0 : nil }
            }
        }
        guard found.contains(where: { $0 != nil }) else {
            let names = { (series: Series) in series.places.prefix(3).map { quoted($0.id) }.joined(separator: ", ") }
            throw DataError(
                .mismatchedCoordinates,
                "\(file): none of its places (\(names(other))) is one of \(main.name)'s (\(names(main)))"
                    + (chosen == .nearest ? " within \(rule.within)" : " by name")
                    + "; data.join.places joins by name (same), distance (nearest), or one to all (all).")
        }
        return found
    }

    // MARK: Times

    /// For each step of the series, the steps of the other whose mean it takes; empty where none was known.
    private func spans() throws -> [Range<Int>] {
        if let ahead { return try spans(ahead: ahead) }
        let steps = main.times, others = other.times
        let isFiner = others.step < steps.step, tolerance = try rule.tolerance()
        /// When a step of the other is known.
        func known(_ index: Int) -> Int64 { rule.known == .end ? others.instant(index + 1) : others.instant(index) + 1 }
        var spans: [Range<Int>] = [], next = 0, begin = 0
        spans.reserveCapacity(steps.count)
        for step in 0..<steps.count {
            let start = steps.instant(step), end = steps.instant(step + 1)
            while next < others.count, known(next) <= end { next += 1 }
            if isFiner {
                while begin < next, others.instant(begin) < start { begin += 1 }
                spans.append(begin..<max(begin, next))
            } else if next > 0, end - known(next - 1) < others.instant(next) - others.instant(next - 1) + tolerance {
                spans.append(next - 1..<next)
            } else {
                spans.append(0..<0)
            }
        }
        return spans
    }

    /// The same of what is known ahead: the steps of the other within, or around, the step so much later.
    private func spans(ahead: Int) throws -> [Range<Int>] {
        let steps = main.times, others = other.times
        let isFiner = others.step < steps.step, tolerance = try rule.tolerance()
        var spans: [Range<Int>] = [], next = 0, begin = 0
        spans.reserveCapacity(steps.count)
        for step in 0..<steps.count {
            let start = steps.instant(step + ahead), end = steps.instant(step + ahead + 1)
            while next < others.count, isFiner ? others.instant(next) < end : others.instant(next) <= start {
                next += 1
            }
            if isFiner {
                while begin < next, others.instant(begin) < start { begin += 1 }
                spans.append(begin..<next)
            } else if next > 0, start < others.instant(next) + tolerance {
                spans.append(next - 1..<next)
            } else {
                spans.append(0..<0)
            }
        }
        return spans
    }

    // MARK: The series

    /// The series with the other's channels behind its own, and what was done.
    func joined() throws -> (series: Series, finding: QualityReport.Finding) {
        let spans = try spans(), width = main.channelCount, added = other.channelCount
        var values: [Float] = [], observed: [Bool] = []
        values.reserveCapacity(main.times.count * main.nodeCount * (width + added))
        observed.reserveCapacity(values.capacity)
        var missing = 0
        for time in 0..<main.times.count {
            for node in 0..<main.nodeCount {
                let own = main.offset(time: time, node: node)
                values += main.values[own..<own + width]
                observed += main.observed[own..<own + width]
                for channel in 0..<added {
                    let value = sources[node].flatMap { mean(spans[time], node: $0.node, channel: channel) }
                    values.append(value ?? .nan)
                    observed.append(value != nil)
                    if value == nil { missing += 1 }
                }
            }
        }
        var series = main
        let taken = Set(main.channels.map(\.name)), stem = FileName.stem(file)
        series.channels += other.channels.map { channel in
            var channel = channel
            if taken.contains(channel.name) || channel.name == "value" {
                channel.name = taken.contains(stem) || added > 1 ? "\(stem).\(channel.name)" : stem
            }
            return channel
        }
        series.values = values
        series.observed = observed
        return (series, finding(spans, missing: missing))
    }

    private func mean(_ span: Range<Int>, node: Int, channel: Int) -> Float? {
        var sum = 0.0, count = 0.0
        for time in span where other.isObserved(time: time, node: node, channel: channel) {
            sum += Double(other[time, node, channel])
            count += 1
        }
        return count > 0 ? Float(sum / count) : nil
    }

    private func finding(_ spans: [Range<Int>], missing: Int) -> QualityReport.Finding {
        let matched = sources.compactMap { $0 }, covered = spans.count { !$0.isEmpty }
        let unused = other.nodeCount - Set(matched.map(\.node)).count
        let farthest = matched.compactMap(\.distance).max()
        var told = [
            "\(counted(matched.count, "place")) of \(main.nodeCount) matched"
                + (farthest.map {
                    ", the farthest \(Int(($0 / 100).rounded()) / 10).\(Int(($0 / 100).rounded()) % 10) km away"
                } ?? "")
        ]
        if unused > 0 { told.append("\(counted(unused, "place")) of it not used") }
        told.append("\(grouped(covered)) of \(counted(spans.count, "step")) covered")
        if other.times.step < main.times.step {
            told.append("means of steps of \(TimeText.step(other.times))")
        } else if other.times.step > main.times.step {
            told.append("steps of \(TimeText.step(other.times)) held\(ahead == nil ? " once they are known" : "")")
        }
        told.append("\(counted(missing, "cell")) missing")
        return .init(
            .joined, .repair, count: matched.count,
            message:
                "\(fileName(file)) joined as \(counted(other.channelCount, ahead == nil ? "past covariate" : "future covariate")): "
                + told.joined(separator: "; "),
            examples: sources.enumerated().compactMap { $1 == nil ? "\(main.places[$0].id) without" : nil }
                .prefix(QualityReport.Finding.exampleLimit).map { $0 })
    }
}
