import LimbeckModels
import LimbeckSeries

extension PreparedData {
    /// Of the task and every value of the data: soft labels and checkpoints belong to it.
    var fingerprint: UInt64 {
        var hash = Fingerprint()
        let times = series.times, rule = windows.rule, scaler = windows.scaler
        for number in [
            shape.history, shape.horizon, shape.nodes, shape.channels, shape.outputs, shape.future,
            shape.seasons.rawValue,
        ] {
            hash.add(number)
        }
        if shape.profileForm != .full { hash.add(shape.profileForm.rawValue) }
        if let planter = planted?.planter { hash.add([planter.text]) }
        if let labels = problem.labels {
            hash.add([shape.head.name] + labels.names)
            hash.add(zip(labels.truth.values, labels.truth.observed).map { $1 ? $0 : -1 })
        } else if !(shape.head is PointHead) {
            hash.add(shape.head.name)
        }
        for number in [times.start, times.step] { hash.add(UInt64(bitPattern: number)) }
        hash.add(times.count)
        if !times.isRegular {
            hash.add(["\(times.spacing)"])
            for row in times.rows { hash.add(UInt64(bitPattern: row)) }
        }
        hash.add([times.clock.rawValue, times.zone] + series.places.map(\.id) + series.channels.map(\.name))
        for offset in times.offsets {
            hash.add(UInt64(bitPattern: offset.instant))
            hash.add(offset.seconds)
        }
        for part in [partition.train, partition.validation, partition.test] { hash.add(part.upperBound) }
        hash.add(Int(scaler.transform.rawValue))
        hash.add(scaler.center)
        hash.add(scaler.spread)
        hash.add(Int(rule.missing.rawValue))
        hash.add(rule.filling.values)
        hash.add(rule.filling.weights)
        hash.add(series.values)
        hash.add(graph?.dense ?? [])
        if let facts = series.facts {
            hash.add(facts.names)
            hash.add(facts.values)
        }
        return hash.value
    }
}
