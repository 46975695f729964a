import LimbeckCompute

/// How a kernel slides over the spatial axes of `[B, C, …]`: for convolutions and pools.
struct Sliding {
    var kernel, strides, dilations, before, after: [Int]
    /// Places the kernel takes along each axis.
    var places: [Int]

    /// Entries of the padded axis that tap `tap` reads.
    func entries(_ axis: Int, tap: Int) -> [Int] {
        (0..<places[axis]).map { $0 * strides[axis] + tap * dilations[axis] }
    }

    /// Every tap, innermost axis fastest.
    var taps: [[Int]] {
        kernel.reduce([[]]) { taps, extent in taps.flatMap { tap in (0..<extent).map { tap + [$0] } } }
    }

    init(_ site: NodeSite, _ extents: [Int], kernel: [Int]) throws {
        let count = extents.count
        func list(_ name: String, _ fallback: [Int]) throws -> [Int] {
            let values = try site.integers(name) ?? fallback
            guard values.count == fallback.count, values.allSatisfy({ 0...(1 << 20) ~= $0 }) else {
                throw site.malformed("\(name) \(values) does not fit \(count) axes")
            }
            return values
        }
        guard (1...3).contains(count), ImportLimits.count(kernel, most: 1024) != nil, kernel.count == count else {
            throw site.unsupported("a kernel of \(kernel) over \(count) axes")
        }
        self.kernel = kernel
        strides = try list("strides", Array(repeating: 1, count: count))
        dilations = try list("dilations", Array(repeating: 1, count: count))
        let pads = try list("pads", Array(repeating: 0, count: 2 * count))
        (before, after) = (Array(pads[..<count]), Array(pads[count...]))
        guard strides.allSatisfy({ $0 > 0 }), dilations.allSatisfy({ $0 > 0 }) else {
            throw site.malformed("a stride or dilation is 0")
        }
        let mode = try site.text("auto_pad", "NOTSET")
        places = []
        for axis in 0..<count {
            let reach = (kernel[axis] - 1) * dilations[axis] + 1
            switch mode {
            case "NOTSET": break
            case "VALID": (before[axis], after[axis]) = (0, 0)
            case "SAME_UPPER", "SAME_LOWER":
                let wanted = (extents[axis] + strides[axis] - 1) / strides[axis]
                let all = max(0, (wanted - 1) * strides[axis] + reach - extents[axis])
                let small = all / 2
                before[axis] = mode == "SAME_UPPER" ? small : all - small
                after[axis] = all - before[axis]
            default: throw site.unsupported("auto_pad \(mode)")
            }
            let room = extents[axis] + before[axis] + after[axis] - reach
            guard room >= 0 else {
                throw site.malformed("a kernel that reaches over \(reach) does not fit \(extents[axis]) entries")
            }
            places.append(room / strides[axis] + 1)
        }
        guard try site.integer("ceil_mode", 0) == 0 else { throw site.unsupported("ceil_mode") }
    }

    var hasPadding: Bool { (before + after).contains { $0 > 0 } }

    /// `x` with zeros around its axes from `first` on.
    func padded(_ site: NodeSite, _ x: Tensor, first: Int) throws -> Tensor {
        var extents = x.shape.extents
        for axis in kernel.indices { extents[first + axis] += before[axis] + after[axis] }
        _ = try site.fitting(extents)
        return kernel.indices.reduce(x) {
            $0.padded(axis: first + $1, before: before[$1], after: after[$1])
        }
    }

    /// What one tap reads everywhere.
    func view(_ site: NodeSite, _ x: Tensor, tap: [Int], first: Int) throws -> Tensor {
        try kernel.indices.reduce(x) { view, axis in
            try site.taken(view, axis: first + axis, entries(axis, tap: tap[axis]))
        }
    }
}
