import LimbeckSeries

/// The place's mean over the observed training steps.
public struct MeanImputer: Imputer {
    public let name = "mean"
    public init() {}

    public func fill(_ work: inout ImputationWork) {
        let source = work
        work.fillColumns { column, index in
            let values = source.trainingValues(index)
            guard !values.isEmpty else { return }
            let mean = Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
            for step in column.indices where column[step].isNaN { column[step] = mean }
        }
    }
}

/// The place's median over the observed training steps.
public struct MedianImputer: Imputer {
    public let name = "median"
    public init() {}

    public func fill(_ work: inout ImputationWork) {
        let source = work
        work.fillColumns { column, index in
            var values = source.trainingValues(index)
            guard let median = Selection.median(&values) else { return }
            for step in column.indices where column[step].isNaN { column[step] = median }
        }
    }
}

/// The place's mean at that local hour of the week over the observed training steps.
public struct SeasonalImputer: Imputer {
    public let name = "seasonal"
    public init() {}

    public func fill(_ work: inout ImputationWork) {
        let series = work.series
        let training = work.training
        let slots = (0..<series.times.count).map { series.times.local($0).hourOfWeek }
        work.fillColumns { column, index in
            var sums = [Double](repeating: 0, count: 168)
            var counts = [Int](repeating: 0, count: 168)
            for step in training where series.observed[step * series.stepSize + index] {
                sums[slots[step]] += Double(column[step])
                counts[slots[step]] += 1
            }
            for step in column.indices where column[step].isNaN && counts[slots[step]] > 0 {
                column[step] = Float(sums[slots[step]] / Double(counts[slots[step]]))
            }
        }
    }
}
