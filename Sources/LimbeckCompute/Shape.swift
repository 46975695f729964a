/// The extents of a tensor, outermost first; storage is always contiguous and row-major.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    public var extents: [Int]

    public init(_ extents: [Int]) { self.extents = extents }
    public init(arrayLiteral elements: Int...) { extents = elements }

    public var rank: Int { extents.count }
    public var count: Int { extents.reduce(1, *) }
    public subscript(axis: Int) -> Int { extents[axis < 0 ? axis + extents.count : axis] }
    public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }

    /// The product of the extents of `axes`.
    public func count(_ axes: Range<Int>) -> Int { extents[axes].reduce(1, *) }
}

extension Shape {
    /// The shape both broadcast to, or nil.
    public static func broadcast(_ left: Shape, _ right: Shape) -> Shape? {
        let rank = max(left.rank, right.rank)
        let a = Array(repeating: 1, count: rank - left.rank) + left.extents
        let b = Array(repeating: 1, count: rank - right.rank) + right.extents
        var result: [Int] = []
        for (x, y) in zip(a, b) {
            guard x == y || x == 1 || y == 1 else { return nil }
            result.append(x == 1 ? y : x)
        }
        return Shape(result)
    }

    /// How an operand of this shape is read inside `result`: element i at `(i / inner) % period`.
    /// Nil when its repeated axes are not all leading or trailing.
    package func pattern(in result: Shape) -> BroadcastPattern? {
        let own = Array(repeating: 1, count: result.rank - rank) + extents
        var inner = 1, period = 1
        var stage = 0  // 0: trailing repeats, 1: kept, 2: leading repeats
        for axis in stride(from: result.rank - 1, through: 0, by: -1) where result.extents[axis] != 1 {
            let kept = own[axis] != 1
            if stage == 0, kept { stage = 1 }
            if stage == 1, !kept { stage = 2 }
            if stage == 2, kept { return nil }
            if stage == 0 { inner *= result.extents[axis] }
            if stage == 1 { period *= result.extents[axis] }
        }
        return BroadcastPattern(inner: period == 1 ? 1 : inner, period: period)
    }
}

/// Element i of the result reads element `(i / inner) % period` of the operand.
package struct BroadcastPattern: Hashable, Sendable {
    package var inner, period: Int
}
