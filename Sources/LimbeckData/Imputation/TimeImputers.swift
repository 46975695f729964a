public import LimbeckSeries

/// A straight line between the values before and after a gap; the nearest one at the ends.
public struct LinearImputer: Imputer {
    public let name = "linear"
    public init() {}

    public func fill(_ work: inout ImputationWork) {
        work.fillColumns { column, _ in
            var last = -1
            for step in column.indices where !column[step].isNaN {
                let value = column[step]
                let before = last < 0 ? value : column[last]
                let length = Float(step - last)
                for gap in last + 1..<step {
                    column[gap] = before + (value - before) * (Float(gap - last) / length)
                }
                last = step
            }
            guard last >= 0 else { return }
            for gap in last + 1..<column.count { column[gap] = column[last] }
        }
    }
}

/// The last value seen; causal. A device knows what its window holds.
public struct ForwardImputer: Imputer {
    public let name = "forward"
    public init() {}

    public func rule(_ work: ImputationWork) -> FillingRule? { .forward }

    public func fill(_ work: inout ImputationWork) {
        work.fillColumns { column, _ in
            for step in column.indices.dropFirst() where column[step].isNaN {
                column[step] = column[step - 1]
            }
        }
    }
}
