/// Compares shape first, then the places of NaN, then values, and reports the worst index.
public func closeness(
    _ predicted: [Float], _ expected: [Float], relative: Float = 1e-4, absolute: Float = 1e-6
) -> String? {
    guard predicted.count == expected.count else {
        return "\(predicted.count) values, expected \(expected.count)"
    }
    for index in predicted.indices where predicted[index].isNaN != expected[index].isNaN {
        return "at \(index): \(predicted[index]), expected \(expected[index])"
    }
    // Relative to the array's own scale, so that an entry near zero needs no digits it cannot have.
    let scale = expected.reduce(0) { max($0, $1.isNaN ? 0 : Swift.abs($1)) }
    var worst = 0, excess: Float = 0
    for index in predicted.indices where !predicted[index].isNaN {
        let difference = Swift.abs(predicted[index] - expected[index])
        if difference > excess { (worst, excess) = (index, difference) }
    }
    return excess <= absolute + relative * scale
        ? nil : "at \(worst): \(predicted[worst]), expected \(expected[worst]) (off by \(excess))"
}
