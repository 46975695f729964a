public import LimbeckSeries

extension Labels {
    /// Labels of columns of 0 and 1, or the classes of one column of whole numbers.
    ///
    /// At origin t they are those of step t + `ahead` − 1; `ahead` 0 is the last step of the history. The classes are
    /// those of `training`; a value that does not occur there is unknown, and counted in `unknown`.
    ///
    /// Throws `unknownName`, and `badConfiguration` naming a value that is no label.
    public init(
        columns: [String], of series: Series, ahead: Int, training: Range<Int>, unknown: inout [String: Int]
    ) throws {
        let channels = try columns.map { name in
            guard let index = series.channels.firstIndex(where: { $0.name == name }) else {
                throw DataError(
                    .unknownName,
                    "\(series.name) has no channel \(quoted(name)); there are "
                        + series.channels.map(\.name).joined(separator: ", "))
            }
            return index
        }
        var classes: [[Float]] = []
        for (name, channel) in zip(columns, channels) {
            classes.append(try Self.values(series, channel, named: name, training))
        }
        let areExclusive = channels.count == 1 && classes[0] != [0, 1]
        if !areExclusive {
            for (name, found) in zip(columns, classes) where found != [0, 1] {
                throw DataError(
                    .badConfiguration,
                    "Among several labels each is 0 or 1, but \(quoted(name)) holds "
                        + "\(found.prefix(5).map { short($0) }.joined(separator: ", ")) in training; name it alone for classes."
                )
            }
        }
        let names = areExclusive ? classes[0].map { "\(columns[0]) \(short($0))" } : columns
        var template = series
        template.channels = names.map { Channel(name: $0, kind: areExclusive ? .category : .event) }
        template.values = [Float](repeating: .nan, count: series.times.count * series.nodeCount * names.count)
        template.observed = [Bool](repeating: false, count: template.values.count)
        func told(shift: Int, _ odd: inout [String: Int]) -> Series {
            var result = template
            for time in 0..<series.times.count where (0..<series.times.count).contains(time + shift) {
                for node in 0..<series.nodeCount {
                    for (number, channel) in channels.enumerated()
                    where series.isObserved(time: time + shift, node: node, channel: channel) {
                        let value = series[time + shift, node, channel]
                        guard let found = classes[number].firstIndex(of: value) else {
                            odd["\(columns[number]) \(short(value))", default: 0] += 1
                            continue
                        }
                        let base = result.offset(time: time, node: node)
                        for label in areExclusive ? names.indices : number..<number + 1 {
                            result.values[base + label] = areExclusive ? (label == found ? 1 : 0) : value
                            result.observed[base + label] = true
                        }
                    }
                }
            }
            return result
        }
        var again: [String: Int] = [:]
        // What is told of the last step is not known there: what stands is that of the step before.
        self.init(
            truth: told(shift: ahead - 1, &unknown), present: told(shift: ahead == 0 ? -2 : -1, &again),
            areExclusive: areExclusive)
    }

    /// At most this many classes are told apart.
    static let mostClasses = 1000

    private static func values(
        _ series: Series, _ channel: Int, named name: String, _ training: Range<Int>
    ) throws -> [Float] {
        var found: Set<Float> = []
        for time in training {
            for node in 0..<series.nodeCount where series.isObserved(time: time, node: node, channel: channel) {
                let value = series[time, node, channel]
                guard value == value.rounded(), abs(value) < 1e7 else {
                    throw DataError(
                        .badConfiguration,
                        "\(quoted(name)) holds \(value), which is no class; classes are whole numbers. For a limit on a "
                            + "measurement state an event, such as \(name) > \(short(value)).")
                }
                found.insert(value)
                guard found.count <= mostClasses else {
                    throw DataError(
                        .badConfiguration,
                        "\(quoted(name)) has more than \(mostClasses) classes in training; is it a label? Forecast it, or "
                            + "state an event on it.")
                }
            }
        }
        guard found.count > 1 else {
            throw DataError(
                .badConfiguration,
                found.isEmpty
                    ? "\(quoted(name)) was never measured in training, so there is nothing to tell apart."
                    : "\(quoted(name)) is \(short(found.first ?? 0)) throughout training, so there is nothing to tell apart."
            )
        }
        return found.sorted()
    }
}

private func short(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e7 ? "\(Int(value))" : "\(value)"
}
