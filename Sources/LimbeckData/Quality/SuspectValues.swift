import LimbeckSeries

/// Finds values that look like "not measured" written as a number: zeros among values that are never small, numbers of
/// nines far from all others, and a value that stands still for long where the others never do.
///
/// Each column is looked at by itself. Zeros are suspected where a column falls to them and rises from them at once, as a
/// sensor does that goes silent; counts at night, rain and the sun pass through small values. So a column of few distinct
/// numbers, or one whose zeros are its most common state, is never suspected.
struct SuspectValues {
    private(set) var zeros: [(name: String, count: Int)] = []
    /// By the number, as the file would spell it.
    private(set) var marks: [String: [(name: String, count: Int)]] = [:]
    private(set) var stuck: [(name: String, count: Int)] = []
    /// Values of columns with suspected zeros, for their share.
    private(set) var amongst = 0

    private var scratch: [Float] = []

    /// A value that repeats so often stands still.
    static let still = 24

    /// - Parameter values: observed values of a column, in time.
    mutating func look(at values: [Float], _ name: String) {
        guard values.count >= 50 else { return }
        let usual = lookForMarks(values, name)
        lookForZeros(usual, name)
        lookForStillness(usual, name)
    }

    // MARK: Nines

    /// The column without what looks like a mark.
    private mutating func lookForMarks(_ values: [Float], _ name: String) -> [Float] {
        guard let least = values.min(), let most = values.max(), Self.isNines(least) || Self.isNines(most) else {
            return values
        }
        var usual = values
        var found: [Float] = []
        while let least = usual.min(), let most = usual.max(), found.count < 3 {
            guard let mark = [least, most].first(where: Self.isNines) else { break }
            let rest = usual.filter { $0 != mark }
            guard let low = rest.min(), let high = rest.max(), high > low, 2 * rest.count > values.count else { break }
            // Farther from all others than these are apart, by half as much again.
            let distance = mark < low ? low - mark : mark - high
            guard distance > 1.5 * (high - low) else { break }
            found.append(mark)
            usual = rest
        }
        for mark in found {
            marks[Self.spelled(mark), default: []].append((name, values.count { $0 == mark }))
        }
        return usual
    }

    /// 99, −999, 9999, 99.9, −999.9 and the like.
    private static func isNines(_ value: Float) -> Bool {
        guard value.isFinite, abs(value) >= 99, abs(value) < 1e8 else { return false }
        let digits = spelled(abs(value)).filter { $0 != "." }
        return digits.allSatisfy { $0 == "9" } || (digits.hasSuffix("0") && digits.dropLast().allSatisfy { $0 == "9" })
    }

    static func spelled(_ value: Float) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }

    // MARK: Zeros

    private mutating func lookForZeros(_ values: [Float], _ name: String) {
        let count = values.count { $0 == 0 }
        guard count >= 2, 2 * count < values.count else { return }
        scratch.removeAll(keepingCapacity: true)
        for value in values where value != 0 { scratch.append(abs(value)) }
        guard let smallest = scratch.min(), let median = Selection.median(&scratch) else { return }
        // There must be room between zero and what is usual, and next to nothing in it.
        let near = 0.25 * median
        guard near >= 3 * smallest || smallest > near else { return }
        guard Set(scratch.prefix(2000)).count >= 20, 10 * scratch.count(where: { $0 < 0.1 * median }) < max(count, 20)
        else { return }
        var falls = 0, steep = 0
        for index in values.indices.dropFirst() where (values[index] == 0) != (values[index - 1] == 0) {
            falls += 1
            if max(abs(values[index]), abs(values[index - 1])) > near { steep += 1 }
        }
        guard falls > 0, 10 * steep >= 9 * falls else { return }
        zeros.append((name, count))
        amongst += values.count
    }

    // MARK: Standing still

    private mutating func lookForStillness(_ values: [Float], _ name: String) {
        var run = 1, held = 0, repeats = 0, changes = 0
        func close(_ index: Int) {
            if run >= Self.still, values[index] != 0 { held += run } else { repeats += run - 1 }
        }
        for index in values.indices.dropFirst() {
            if values[index] == values[index - 1] {
                run += 1
            } else {
                close(index - 1)
                run = 1
                changes += 1
            }
        }
        close(values.count - 1)
        // Where repeating is common, as in whole numbers that hardly vary, it means nothing.
        guard held > 0, 10 * repeats < changes else { return }
        stuck.append((name, held))
    }
}
