import LimbeckAnalysis
import LimbeckData
import LimbeckEvaluation
import LimbeckSeries

/// What the analyses found in a series, grouped so that many places are a few lines.
struct SeriesSummary {
    private let series: Series

    init(_ series: Series) { self.series = series }

    var text: String {
        let found = AnalysisCatalog.standard.entries.flatMap { $0.make().analyze(series) }
        return series.channels.map { channel in
            let own = found.filter { $0.channel == channel.name }
            let title = series.channelCount == 1 ? "" : "  \(channel.name)\n"
            return title + periods(own.filter { $0.name == "period" })
                + trend(own.filter { $0.name == "slope" }, channel.unit)
        }.joined()
    }

    /// A line for each period, those of most places first.
    private func periods(_ found: [Observation]) -> String {
        guard !found.isEmpty else { return "  no period stands out\n" }
        // Peaks of one rhythm lie a few percent apart at different places: the most common stands for all.
        var groups: [(period: Double, members: [Observation])] = []
        let exact = Dictionary(grouping: found, by: \.value).sorted {
            ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        for (period, members) in exact {
            if let near = groups.firstIndex(where: { abs($0.period - period) <= 0.05 * $0.period }) {
                groups[near].members += members
            } else {
                groups.append((period, members))
            }
        }
        groups.sort { ($1.members.count, $0.period) < ($0.members.count, $1.period) }
        let shown = groups.prefix(5).map { period, members in
            let strengths = members.map(\.strength)
            let (low, high) = ((strengths.min() ?? 0).fixed(2), (strengths.max() ?? 0).fixed(2))
            return "  period \(name(period)) at \(places(members)), "
                + "strength \(low == high ? low : "\(low)–\(high)")\n"
        }
        let rest = groups.count - shown.count
        return shown.joined() + (rest > 0 ? "  and \(rest) other period\(rest == 1 ? "" : "s") at fewer places\n" : "")
    }

    /// "1 week", or the duration of what has no name.
    private func name(_ period: Double) -> String {
        let step = series.times.meanStep
        return Periodicity.known.first { abs($0.seconds - period) <= step / 2 }?.name
            ?? "about \(TimeText.duration(series.times.isRegular || period < 172_800 ? Int64(period) : Int64((period / 86_400).rounded()) * 86_400))"
    }

    /// Only where days and weeks cancel out: a slope over less is mostly the hour it began at.
    private func trend(_ slopes: [Observation], _ unit: String) -> String {
        let days = series.times.length / 86_400
        guard days >= 56 || series.times.step >= 7 * 86_400 else {
            return "  no trend is told: that takes eight weeks, and this is \(days.significant) days\n"
        }
        let sure = slopes.filter { $0.strength > 0 }
        let parts = [("rising", sure.filter { $0.value > 0 }), ("falling", sure.filter { $0.value < 0 })].compactMap {
            word, members -> String? in
            guard let most = members.max(by: { abs($0.value) < abs($1.value) }) else { return nil }
            let rate = (most.value < 0 ? "−" : "+") + abs(most.value).significant
            let amount = "\(rate) \(unit.isEmpty ? "" : unit + " ")per day"
            return members.count == 1 && series.nodeCount > 1
                ? "\(word) at \(most.place) (\(amount))"
                : "\(word) at \(places(members))\(series.nodeCount == 1 ? "" : ", most at \(most.place)") (\(amount))"
        }
        let flat = slopes.count - sure.count
        let rest =
            flat == 0
            ? []
            : [
                parts.isEmpty
                    ? "none can be shown at any place" : "none can be shown at \(flat) place\(flat == 1 ? "" : "s")"
            ]
        let all = parts + rest
        return all.isEmpty ? "" : "  trend \(all.joined(separator: "; "))\n"
    }

    private func places(_ members: [Observation]) -> String {
        let count = Set(members.map(\.place)).count
        if series.nodeCount == 1 { return members.first?.place ?? "" }
        if count == series.nodeCount { return "all \(count) places" }
        return count == 1 ? members.first?.place ?? "" : "\(count) of \(series.nodeCount) places"
    }
}
