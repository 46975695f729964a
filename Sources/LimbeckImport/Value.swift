import LimbeckCompute

/// What an edge of the graph carries while it is traced.
enum Value {
    case numbers(Numbers)
    case tensor(Tensor)

    var extents: [Int] {
        switch self {
        case .numbers(let numbers): numbers.extents
        case .tensor(let tensor): tensor.shape.extents
        }
    }

    /// Numbers that can be computed with at once: known, and no parameter.
    var known: Numbers? {
        if case .numbers(let numbers) = self, numbers.parameter == nil { return numbers }
        return nil
    }
}
