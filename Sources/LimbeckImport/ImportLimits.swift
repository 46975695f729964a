/// Bounds on what a file may ask for, so that a damaged one is refused before memory is taken.
enum ImportLimits {
    /// Axes of a value.
    static let rank = 8
    /// Elements of one traced value.
    static let elements = 1 << 27
    /// Elements of all constants of a graph that are computed while it is read.
    static let folded = 1 << 24
    /// Integers beyond this are cut to it: no length, axis or offset is that large.
    static let integer = 1 << 31
    /// Traced operations: recurrent layers are unrolled.
    static let operations = 200_000

    /// Nodes walked over, with every round of a loop.
    static let visits = 200_000

    /// The product of extents; nil when one is below `least`, or the product too large.
    static func count(_ extents: [Int], least: Int = 1, most: Int = elements) -> Int? {
        guard extents.count <= rank, extents.allSatisfy({ $0 >= least }) else { return nil }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= most else { return nil }
            count = product
        }
        return count
    }
}
