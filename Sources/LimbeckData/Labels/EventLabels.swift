public import LimbeckSeries

extension Labels {
    /// Labels of events, one for each rule, by name.
    ///
    /// An event at origin t is true where its condition holds `for` so many steps in a row among the steps t to
    /// t + `within` − 1, false where it is known to do so nowhere there, unknown else. What is usual is measured on
    /// `training` alone. A condition on what was not measured is unknown.
    ///
    /// Throws `unknownName` for a channel that `series` lacks.
    public init(events: [(name: String, rule: EventRule)], of series: Series, training: Range<Int>) throws {
        let count = events.count
        var template = series
        template.channels = events.map { Channel(name: $0.name, kind: .event) }
        template.values = [Float](repeating: .nan, count: series.times.count * series.nodeCount * count)
        template.observed = [Bool](repeating: false, count: template.values.count)
        var truth = template, present = template
        for (label, event) in events.enumerated() {
            let state = try EventState(event.rule, series, training: training)
            let steps = event.rule.steps(series.times), run = event.rule.run(series.times)
            for node in 0..<series.nodeCount {
                let runs = state.runs(node: node, length: run)
                for time in 0..<series.times.count {
                    let cell = truth.offset(time: time, node: node, channel: label)
                    func set(_ series: inout Series, _ known: Bool?) {
                        guard let known else { return }
                        series.values[cell] = known ? 1 : 0
                        series.observed[cell] = true
                    }
                    // A run that ends at the last reading.
                    if time >= run { set(&present, runs[time - run]) }
                    let last = time + steps - run
                    guard last < runs.count, last >= time else { continue }
                    set(&truth, EventState.anyOf(runs[time...last]))
                }
            }
        }
        self.init(truth: truth, present: present, areExclusive: false)
    }
}

/// Where a condition holds, does not, or cannot be known.
struct EventState {
    private let series: Series
    /// By time and place.
    private let holds: [Bool?]

    init(_ rule: EventRule, _ series: Series, training: Range<Int>) throws {
        self.series = series
        var reader = EventReader(series, training: training)
        holds = try reader.states(rule.condition)
    }

    /// Does the condition hold for `length` steps from each on? Nil where that is not known.
    func runs(node: Int, length: Int) -> [Bool?] {
        let nodes = series.nodeCount, count = series.times.count
        var sinceFalse = 0, sinceUnknown = 0
        var result = [Bool?](repeating: nil, count: max(0, count - length + 1))
        for time in 0..<count {
            let state = holds[time * nodes + node]
            sinceFalse = state == false ? 0 : sinceFalse + 1
            sinceUnknown = state == nil ? 0 : sinceUnknown + 1
            let start = time - length + 1
            guard start >= 0 else { continue }
            result[start] = sinceFalse < length ? false : sinceUnknown < length ? nil : true
        }
        return result
    }

    /// True where one is, false where all are known not to be.
    static func anyOf(_ states: ArraySlice<Bool?>) -> Bool? {
        if states.contains(true) { return true }
        return states.contains { $0 == nil } ? nil : false
    }
}

/// Reads conditions off a series, with what is usual measured once.
private struct EventReader {
    let series: Series
    let training: Range<Int>
    private var usual: [EventRule.Usual: [Double]] = [:]
    private var bins: [CalendarSlot.Field: [Int]] = [:]

    init(_ series: Series, training: Range<Int>) {
        self.series = series
        self.training = training
    }

    mutating func states(_ condition: EventRule.Condition) throws -> [Bool?] {
        switch condition {
        case .comparison(let left, let sign, let right):
            let (left, right) = (try values(left), try values(right))
            return zip(left, right).map { $0.isNaN || $1.isNaN ? nil : sign.holds($0, $1) }
        case .all(let parts):
            return try joined(parts) { $0.contains(false) ? false : $0.contains { $0 == nil } ? nil : true }
        case .any(let parts):
            return try joined(parts) { EventState.anyOf($0[...]) }
        }
    }

    private mutating func joined(_ parts: [EventRule.Condition], _ join: ([Bool?]) -> Bool?) throws -> [Bool?] {
        var all: [[Bool?]] = []
        for part in parts { all.append(try states(part)) }
        return all[0].indices.map { index in join(all.map { $0[index] }) }
    }

    /// By time and place; NaN where it is not known.
    private mutating func values(_ expression: EventRule.Expression) throws -> [Double] {
        let nodes = series.nodeCount, cells = series.times.count * nodes
        switch expression {
        case .number(let number): return [Double](repeating: number, count: cells)
        case .channel(let name):
            let channel = try channel(name)
            return (0..<cells).map {
                let cell = $0 * series.channelCount + channel
                return series.observed[cell] ? Double(series.values[cell]) : .nan
            }
        case .operation(let sign, let left, let right):
            let (left, right) = (try values(left), try values(right))
            return zip(left, right).map { sign.apply($0, $1) }.map { $0.isFinite ? $0 : .nan }
        case .usual(let wanted):
            let table = try table(wanted)
            let bins = bins(wanted.field)
            return (0..<cells).map { table[bins[$0 / nodes] * nodes + $0 % nodes] }
        }
    }

    private func channel(_ name: String) throws -> Int {
        if let index = series.channels.firstIndex(where: { $0.name == name }) { return index }
        throw DataError(
            .unknownName,
            "\(series.name) has no channel \(quoted(name)); there are "
                + series.channels.map(\.name).joined(separator: ", "))
    }

    private mutating func bins(_ field: CalendarSlot.Field?) -> [Int] {
        guard let field else { return [Int](repeating: 0, count: series.times.count) }
        if let known = bins[field] { return known }
        let found = (0..<series.times.count).map {
            field.index(local: series.times.localSeconds($0), step: series.times.step)
        }
        bins[field] = found
        return found
    }

    /// By bin and place; a bin that was never measured has what is usual altogether.
    private mutating func table(_ wanted: EventRule.Usual) throws -> [Double] {
        if let known = usual[wanted] { return known }
        let nodes = series.nodeCount, channel = try channel(wanted.channel)
        if let field = wanted.field, field.cardinality(step: series.times.step) == nil {
            throw DataError(.badConfiguration, "\(field) needs steps that divide a day; use hourOfDay or hourOfWeek")
        }
        let count = wanted.field.flatMap { $0.cardinality(step: series.times.step) } ?? 1
        let bins = bins(wanted.field)
        var table = [Double](repeating: .nan, count: count * nodes)
        for node in 0..<nodes {
            var found = [[Float]](repeating: [], count: count)
            for time in training where series.isObserved(time: time, node: node, channel: channel) {
                found[bins[time]].append(series[time, node, channel])
            }
            let whole = Self.measure(wanted, found.flatMap { $0 })
            for bin in 0..<count {
                table[bin * nodes + node] = found[bin].isEmpty ? whole : Self.measure(wanted, found[bin])
            }
        }
        usual[wanted] = table
        return table
    }

    /// NaN of nothing. Quantiles lie between neighbours, as NumPy's do.
    private static func measure(_ usual: EventRule.Usual, _ values: [Float]) -> Double {
        guard !values.isEmpty else { return .nan }
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        switch usual.measure {
        case .mean: return mean
        case .deviation:
            return (values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count))
                .squareRoot()
        case .median, .quantile:
            let sorted = values.sorted(), place = usual.level * Double(sorted.count - 1), below = Int(place)
            let above = min(below + 1, sorted.count - 1), rest = place - Double(below)
            return Double(sorted[below]) * (1 - rest) + Double(sorted[above]) * rest
        }
    }
}
