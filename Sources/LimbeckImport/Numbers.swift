import LimbeckONNX

/// A value known while the graph is read: a shape, an index, or an initializer.
struct Numbers {
    private enum Storage {
        case doubles([Double])
        case tensor(ONNXTensor)
    }

    var extents: [Int]
    var isInteger: Bool
    /// The initializer it is, where training may change it.
    private(set) var parameter: String?
    private var storage: Storage

    init(_ extents: [Int], _ values: [Double], isInteger: Bool) {
        self.extents = extents
        self.isInteger = isInteger
        storage = .doubles(values)
    }

    init(integers: [Int]) { self.init([integers.count], integers.map(Double.init), isInteger: true) }

    /// An initializer of floats with at least one axis may be trained; a scalar stays what it is.
    init(_ tensor: ONNXTensor, isInitializer: Bool = false) {
        extents = tensor.dimensions
        storage = .tensor(tensor)
        if case .floats = tensor.values { isInteger = false } else { isInteger = true }
        if isInitializer, !isInteger, !extents.isEmpty, !tensor.name.isEmpty { parameter = tensor.name }
    }

    var count: Int { extents.reduce(1, *) }

    var values: [Double] {
        switch storage {
        case .doubles(let values): values
        case .tensor(let tensor):
            switch tensor.values {
            case .floats(let values): values.map(Double.init)
            case .integers(let values): values.map(Double.init)
            }
        }
    }

    var floats: [Float] {
        if case .tensor(let tensor) = storage, case .floats(let values) = tensor.values { return values }
        return values.map { Float($0) }
    }

    /// Whole numbers, cut to what a length or index can be.
    var integers: [Int] {
        values.map { value in
            let bound = Double(ImportLimits.integer)
            return value.isNaN ? 0 : Int(max(-bound, min(bound, value)))
        }
    }

    /// The elements at `indices` of the flat values, under another shape.
    func gathered(_ indices: [Int], _ extents: [Int]) -> Numbers {
        let all = values
        return Numbers(extents, indices.map { all[$0] }, isInteger: isInteger)
    }

    /// The flat index in `from` of each element of `to`, which `from` broadcasts to.
    static func indices(of from: [Int], in to: [Int]) -> [Int] {
        let padded = Array(repeating: 1, count: to.count - from.count) + from
        var indices = [0]
        var stride = 1
        for axis in to.indices.reversed() {
            let step = padded[axis] == 1 ? 0 : stride
            // Inner axes are listed already; each index of this one repeats them, moved.
            let inner = indices
            indices = (0..<to[axis]).flatMap { index in inner.map { $0 + index * step } }
            stride *= padded[axis]
        }
        return indices
    }
}
