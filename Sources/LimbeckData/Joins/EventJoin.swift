import Foundation
import LimbeckSeries

/// Holidays, closures, matches as further channels of a series: which share of a step lies within an event.
///
/// Outside the calendar years of its first and last event a calendar says nothing.
struct EventJoin {
    private let main: Series
    private let file: String
    private let channels: [(name: String, spans: [Range<Int64>])]
    /// Seconds on the series' clock for which the calendar speaks.
    private let known: Range<Int64>
    private let isLocal: Bool

    /// - Parameter labels: patterns of labels, a channel each; empty: one channel for all events.
    ///
    /// Throws `nothingObserved` for a calendar without events or a pattern without one, `badConfiguration` where the zone of
    /// an event cannot be led to the series' clock.
    init(_ main: Series, _ calendar: EventCalendar, labels: [String], file: String) throws {
        (self.main, self.file) = (main, file)
        guard let first = calendar.events.first, let last = calendar.events.map(\.end).max() else {
            throw DataError(.nothingObserved, "\(file): holds no events; give a calendar that does.")
        }
        let zones = try Self.zones(calendar, main, file)
        isLocal = main.times.clock == .local || !main.times.zone.isEmpty
        func wall(_ event: EventCalendar.Event) -> Range<Int64> {
            func moved(_ stamp: Int64) -> Int64 {
                guard let (from, to) = zones[event.zone] else { return stamp }
                let instant = from.map { stamp - Int64($0.offset(at: stamp - Int64($0.offset(at: stamp)))) } ?? stamp
                return to.map { instant + Int64($0.offset(at: instant)) } ?? instant
            }
            let start = moved(event.start)
            return start..<max(start + 1, moved(event.end))
        }
        let taken = Set(main.channels.map(\.name)), stem = FileName.stem(file)
        let patterns = labels.isEmpty ? ["*"] : labels
        channels = try patterns.map { pattern in
            let events = calendar.events.filter { fnmatch(pattern, $0.label, 0) == 0 || $0.label == pattern }
            guard !events.isEmpty else {
                let shown = Set(calendar.events.map(\.label)).sorted().prefix(6).map { quoted($0) }.joined(
                    separator: ", ")
                throw DataError(
                    .nothingObserved,
                    "\(file): no event is called \(quoted(pattern)) (data.columns); there are \(shown).")
            }
            let name = labels.isEmpty ? stem : pattern
            return (taken.contains(name) ? "\(stem).\(pattern)" : name, Self.merged(events.map(wall)))
        }
        func january(_ year: Int) -> Int64 { CalendarFields.days(year: year, month: 1, day: 1) * 86_400 }
        known = january(CalendarFields(first.start).year)..<january(CalendarFields(last - 1).year + 1)
    }

    /// For each zone that events are told in, it and the one to lead them to; none where both are the same.
    private static func zones(
        _ calendar: EventCalendar, _ main: Series, _ file: String
    ) throws -> [String: (from: Zone?, to: Zone?)] {
        var zones: [String: (from: Zone?, to: Zone?)] = [:]
        for name in Set(calendar.events.map(\.zone)) where !name.isEmpty && name != main.times.zone {
            guard !main.times.zone.isEmpty || main.times.clock == .utc else {
                throw DataError(
                    .badConfiguration,
                    "\(file) tells events in \(name), and the zone of \(main.name) is not known; say data.zone.")
            }
            zones[name] = (
                name == "UTC" ? nil : try Zone(name), main.times.zone.isEmpty ? nil : try Zone(main.times.zone)
            )
        }
        return zones
    }

    /// Ascending, none touching the next.
    private static func merged(_ spans: [Range<Int64>]) -> [Range<Int64>] {
        var merged: [Range<Int64>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, span.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                merged.append(span)
            }
        }
        return merged
    }

    /// The series with a channel for each pattern behind its own, told `ahead` steps before; and what was done.
    func joined(ahead: Int?) -> (series: Series, finding: QualityReport.Finding) {
        let count = main.times.count, lead = ahead ?? 0
        let columns = channels.map { channel in shares(channel.spans, count, lead) }
        let width = main.channelCount
        var series = main
        series.channels += channels.map { Channel(name: $0.name) }
        series.values = []
        series.observed = []
        series.values.reserveCapacity(count * main.nodeCount * (width + channels.count))
        series.observed.reserveCapacity(series.values.capacity)
        for time in 0..<count {
            for node in 0..<main.nodeCount {
                let own = main.offset(time: time, node: node)
                series.values += main.values[own..<own + width]
                series.observed += main.observed[own..<own + width]
                for column in columns {
                    series.values.append(column[time])
                    series.observed.append(!column[time].isNaN)
                }
            }
        }
        let told = zip(channels, columns).map { "\($0.name) in \(counted($1.count { $0 > 0 }, "step"))" }
        let missing = columns[0].count { $0.isNaN }
        return (
            series,
            .init(
                .joined, .repair, count: channels.count,
                message:
                    "\(fileName(file)) joined as \(counted(channels.count, ahead == nil ? "past covariate" : "future covariate")): "
                    + "\(told.joined(separator: ", "))"
                    + (missing > 0 ? "; it says nothing of \(counted(missing, "step"))" : ""))
        )
    }

    /// The share of each step, `lead` later, that lies within a span; NaN where the calendar says nothing.
    private func shares(_ spans: [Range<Int64>], _ count: Int, _ lead: Int) -> [Float] {
        var next = 0
        func wall(_ step: Int) -> Int64 { isLocal ? main.times.localSeconds(step) : main.times.instant(step) }
        return (0..<count).map { step in
            let start = wall(step + lead), end = max(start + 1, wall(step + lead + 1))
            guard known.contains(start) else { return .nan }
            while next < spans.count, spans[next].upperBound <= start { next += 1 }
            var within: Int64 = 0, span = next
            while span < spans.count, spans[span].lowerBound < end {
                within += min(end, spans[span].upperBound) - max(start, spans[span].lowerBound)
                span += 1
            }
            return Float(Double(within) / Double(end - start))
        }
    }
}
