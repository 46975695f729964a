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
