import Foundation
import LimbeckData
import LimbeckFiles
import LimbeckSeries

/// Turns hourly counters into a table: what is known now, and whether the next hour is an event.
///
/// A row's `timestamp` is the hour just measured. `event` is 1 when the counter's next hour
/// exceeds its 90th percentile for that hour of the week; `level` is the tercile the next hour
/// falls in. Percentiles, profiles and scales are fitted on the training hours alone, and every
/// feature is known at the timestamp.
struct CountersCSV {
    var header: [String]
    /// Seconds of each row and its numbers, the labels last.
    var rows: [(time: Int64, values: [Float])]
    /// Rows left out because an hour they need was not measured.
    var leftOut: Int

    static let labels = ["event", "level"]
    private static let lags = 6, week = 168

    /// - Parameter every: keeps every such hour of a counter; counters take turns.
    init(_ series: Series, every: Int) {
        let places = series.nodeCount
        let near = Self.nearest(series, count: 3)
        // Rows whose own hours were all measured; their times fix the split, and it what is usual.
        var kept: [(hour: Int, place: Int)] = [], leftOut = 0
        for hour in Self.week..<max(Self.week, series.times.count - 1) {
            for place in 0..<places where (hour + place) % every == 0 {
                let needed = Array(hour - Self.lags + 1...hour + 1) + [hour - 23, hour - 167]
                let isWhole = needed.allSatisfy { series.isObserved(time: $0, node: place) }
                if isWhole { kept.append((hour, place)) } else { leftOut += 1 }
            }
        }
        var hours: [Int] = []
        for row in kept where hours.last != row.hour { hours.append(row.hour) }
        let trained = Partition(count: hours.count).train
        // Up to the last hour a training row is to predict.
        let usual = HourOfWeek(series, fittedOn: 0..<(hours.prefix(trained.count).last ?? 0) + 2)

        self.leftOut = leftOut
        header = ["timestamp", "lat", "lon"] + (0..<Self.lags).map { "value_\($0)" }
        header += ["ratio_0", "ratio_1", "ratio_2", "ratio_day", "ratio_week"]
        header += ["excess_now", "level_now", "city_0", "city_1", "near_0"]
        header += ["usual_next", "limit_next"]
        header += ["hour_sin", "hour_cos", "weekday_sin", "weekday_cos", "weekend"] + Self.labels
        rows = kept.map { hour, place in
            let at = Site(series: series, usual: usual, hour: hour, place: place)
            return (series.times.instant(hour), at.features(near: near[place]) + at.labels)
        }
    }

    func write(_ path: String) throws {
        try AtomicFile.write(path) { writer in
            try writer.write(header.joined(separator: ",") + "\n")
            for row in rows {
                var line = TimeText.stamp(row.time)
                for value in row.values { line += "," + Self.text(value) }
                try writer.write(line + "\n")
            }
        }
    }

    /// At most six digits after the point, none where it is whole.
    private static func text(_ value: Float) -> String {
        let millionths = (Double(value) * 1e6).rounded()
        if millionths.remainder(dividingBy: 1e6) == 0 { return String(Int(millionths / 1e6)) }
        let digits = String(Int(abs(millionths)))
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        return (millionths < 0 ? "-" : "") + padded.dropLast(6) + "." + padded.suffix(6)
    }

    /// The nearest other places of each, by squared degrees with longitude shrunk to its latitude.
    private static func nearest(_ series: Series, count: Int) -> [[Int]] {
        let spots = series.places.map { $0.coordinate ?? Coordinate(latitude: 0, longitude: 0) }
        return spots.indices.map { here in
            func distance(_ other: Int) -> Double {
                let north = spots[other].latitude - spots[here].latitude
                let east =
                    (spots[other].longitude - spots[here].longitude)
                    * cos(spots[here].latitude * .pi / 180)
                return north * north + east * east
            }
            let others = spots.indices.filter { $0 != here }
            return Array(others.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(count))
        }
    }
}

/// One counter at one hour.
private struct Site {
    let series: Series
    let usual: HourOfWeek
    let hour, place: Int

    var labels: [Float] {
        let value = series[hour + 1, place, 0], index = slot(hour + 1, place)
        return [value > usual.event[index] ? 1 : 0, Float(usual.level(value, index))]
    }

    func features(near: [Int]) -> [Float] {
        let spot = series.places[place].coordinate
        var row = [Float(spot?.latitude ?? 0), Float(spot?.longitude ?? 0)]
        row += (0..<6).map { scaled(series[hour - $0, place, 0]) }
        // The hour to be predicted, a day and a week before it.
        row += [hour, hour - 1, hour - 2, hour - 23, hour - 167].map { ratio($0, place) }
        let now = series[hour, place, 0], next = slot(hour + 1, place)
        row.append(logRatio(now, usual.event[slot(hour, place)]))
        row.append(Float(usual.level(now, slot(hour, place))))
        let all = Array(0..<series.nodeCount)
        row += [meanRatio(hour, all), meanRatio(hour - 1, all), meanRatio(hour, near)]
        row += [scaled(usual.mean[next]), logRatio(usual.event[next], usual.mean[next])]
        let clock = series.times.local(hour + 1)
        let turn = Double(clock.hour) / 24 * 2 * .pi, day = Double(clock.weekday) / 7 * 2 * .pi
        row += [sin(turn), cos(turn), sin(day), cos(day)].map(Float.init)
        return row + [clock.weekday >= 5 ? 1 : 0]
    }

    private func slot(_ hour: Int, _ place: Int) -> Int {
        usual.index(series.times.local(hour).hourOfWeek, place)
    }

    private func scaled(_ value: Float) -> Float {
        (value - usual.placeMean[place]) / usual.placeDeviation[place]
    }

    /// ln((a + 5) / (b + 5)): five people keep the small hours calm.
    private func logRatio(_ a: Float, _ b: Float) -> Float { Float(log(Double((a + 5) / (b + 5)))) }

    /// How busy against what is usual in that hour of the week.
    private func ratio(_ time: Int, _ place: Int) -> Float {
        logRatio(series[time, place, 0], usual.mean[slot(time, place)])
    }

    /// Over the places that were measured; 0 where none was.
    private func meanRatio(_ time: Int, _ places: [Int]) -> Float {
        let measured = places.filter { series.isObserved(time: time, node: $0) }
        let ratios = measured.map { ratio(time, $0) }
        return ratios.isEmpty ? 0 : ratios.reduce(0, +) / Float(ratios.count)
    }
}
