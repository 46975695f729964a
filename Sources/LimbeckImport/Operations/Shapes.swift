import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    /// What is known while reading: shapes, ranges, constants.
    static let shapes: [String: Handler] = [
        "Shape": { site in
            let extents = try site.value(0).extents
            let rank = extents.count
            func bound(_ value: Int) -> Int { max(0, min(rank, value < 0 ? value + rank : value)) }
            let start = bound(try site.integer("start", 0)), end = bound(try site.integer("end", rank))
            return [.numbers(Numbers(integers: start < end ? Array(extents[start..<end]) : []))]
        },
        "Size": { site in
            [.numbers(Numbers([], [Double(try site.value(0).extents.reduce(1, *))], isInteger: true))]
        },
        "Constant": { site in
            let attributes = site.node.attributes
            if case .tensor(let tensor) = attributes["value"] { return [.numbers(Numbers(tensor))] }
            if case .float(let value) = attributes["value_float"] {
                return [.numbers(Numbers([], [Double(value)], isInteger: false))]
            }
            if case .integer(let value) = attributes["value_int"] {
                return [.numbers(Numbers([], [Double(value)], isInteger: true))]
            }
            if case .floats(let values) = attributes["value_floats"] {
                return [.numbers(Numbers([values.count], values.map(Double.init), isInteger: false))]
            }
            if case .integers(let values) = attributes["value_ints"] {
                return [.numbers(Numbers([values.count], values.map(Double.init), isInteger: true))]
            }
            throw site.unsupported("a constant that is neither numbers nor a tensor")
        },
        "ConstantOfShape": { site in
            let extents = try site.foldable(site.integers(0))
            var value = Numbers([1], [0], isInteger: false)
            if case .tensor(let tensor) = site.node.attributes["value"] { value = Numbers(tensor) }
            guard value.count == 1, let number = value.values.first else {
                throw site.malformed("the value is not one number")
            }
            let count = extents.reduce(1, *)
            return [.numbers(Numbers(extents, Array(repeating: number, count: count), isInteger: value.isInteger))]
        },
        "Range": { site in
            let (start, limit, delta) = (try site.scalar(0), try site.scalar(1), try site.scalar(2))
            let steps = ((limit - start) / delta).rounded(.up)
            guard !steps.isNaN, steps <= Double(ImportLimits.folded) else {
                throw site.malformed("a range from \(start) to \(limit) by \(delta) does not end")
            }
            let count = Int(max(0, steps))
            return [
                .numbers(
                    Numbers(
                        [count], (0..<count).map { start + Double($0) * delta },
                        isInteger: try site.numbers(0).isInteger))
            ]
        },
        "Reshape": { site in
            let value = try site.movable(0)
            let allowsZero = try site.integer("allowzero", 0) != 0
            var extents = try site.integers("shape", orInput: 1) ?? []
            for (axis, extent) in extents.enumerated() where extent == 0 && !allowsZero {
                guard axis < value.extents.count else { throw site.malformed("there is no axis \(axis) to keep") }
                extents[axis] = value.extents[axis]
            }
            if let open = extents.firstIndex(of: -1) {
                extents[open] = 1
                guard let all = ImportLimits.count(value.extents, least: 0), let given = ImportLimits.count(extents),
                    all % given == 0
                else { throw site.malformed("\(value.extents) does not fit \(extents)") }
                extents[open] = all / given
            }
            return [try site.reshaped(value, extents)]
        },
        "Flatten": { site in
            let value = try site.movable(0), extents = value.extents
            let given = try site.integer("axis", 1)
            let axis = given == extents.count ? given : try site.axis(given, max(1, extents.count))
            return [
                try site.reshaped(value, [extents.prefix(axis).reduce(1, *), extents.dropFirst(axis).reduce(1, *)])
            ]
        },
        "Squeeze": { site in
            let value = try site.movable(0), extents = value.extents
            let ones = extents.indices.filter { extents[$0] == 1 }
            let axes = try site.integers("axes", orInput: 1).map { try site.axes($0, extents.count) } ?? ones
            guard axes.allSatisfy({ extents[$0] == 1 }) else {
                throw site.malformed("axes \(axes) of \(extents) are not 1")
            }
            return [try site.reshaped(value, extents.indices.filter { !axes.contains($0) }.map { extents[$0] })]
        },
        "Unsqueeze": { site in
            let value = try site.movable(0)
            var extents = value.extents
            guard let given = try site.integers("axes", orInput: 1), given.count <= ImportLimits.rank else {
                throw site.malformed("axes are missing, or too many")
            }
            for axis in try site.axes(given, extents.count + given.count) {
                guard axis <= extents.count else { throw site.malformed("axis \(axis) leaves a gap") }
                extents.insert(1, at: axis)
            }
            return [try site.reshaped(value, extents)]
        },
    ]
}
