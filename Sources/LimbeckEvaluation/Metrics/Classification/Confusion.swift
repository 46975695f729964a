/// How often each class was decided (columns) for each true class (rows).
struct Confusion {
    let classCount: Int
    private var counts: [Int]
    let total: Int

    init(_ decisions: Decisions) {
        classCount = decisions.classCount
        counts = Array(repeating: 0, count: classCount * classCount)
        total = decisions.count
        for (expected, predicted) in zip(decisions.expected, decisions.predicted) {
            counts[expected * classCount + predicted] += 1
        }
    }

    func hits(_ label: Int) -> Int { counts[label * classCount + label] }

    func expected(_ label: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + counts[label * classCount + $1] }
    }

    func predicted(_ label: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + counts[$1 * classCount + label] }
    }

    /// Classes that occur in the truth or among the decisions.
    var present: [Int] { (0..<classCount).filter { expected($0) + predicted($0) > 0 } }
}
