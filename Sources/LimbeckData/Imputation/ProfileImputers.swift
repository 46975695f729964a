public import LimbeckSeries

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

    public func rule(_ work: ImputationWork) -> FillingRule? {
        FillingRule(.constant, Filling(values: work.rest))
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

    public func rule(_ work: ImputationWork) -> FillingRule? {
        let rest = work.rest
        let medians = rest.indices.map { index in
            var values = work.trainingValues(index)
            return Selection.median(&values) ?? rest[index]
        }
        return FillingRule(.constant, Filling(values: medians))
    }
}

/// The place's mean at that local hour of the week over the observed training steps.
public struct SeasonalImputer: Imputer {
    public let name = "seasonal"
    public init() {}

    public func fill(_ work: inout ImputationWork) {
        let means = means(work), size = work.columnCount
        let slots = (0..<work.series.times.count).map { work.series.times.local($0).hourOfWeek }
        work.fillColumns { column, index in
            for step in column.indices where column[step].isNaN {
                column[step] = means[slots[step] * size + index] ?? .nan
            }
        }
    }

    public func rule(_ work: ImputationWork) -> FillingRule? {
        let rest = work.rest, size = work.columnCount
        return FillingRule(.seasonal, Filling(values: means(work).enumerated().map { $1 ?? rest[$0 % size] }))
    }

    /// By hour of the week and column, `[168, N, C]`; nil where none was observed.
    private func means(_ work: ImputationWork) -> [Float?] {
        let series = work.series, size = work.columnCount
        var sums = [Double](repeating: 0, count: Filling.hours * size)
        var counts = [Int](repeating: 0, count: sums.count)
        for step in work.training {
            let base = series.times.local(step).hourOfWeek * size
            for index in 0..<size where series.observed[step * size + index] {
                sums[base + index] += Double(series.values[step * size + index])
                counts[base + index] += 1
            }
        }
        return zip(sums, counts).map { $1 > 0 ? Float($0 / Double($1)) : nil }
    }
}
