/// Memory the caller fills before each step.
struct Input: Operation {
    var name: String
    var inputType: TensorType
    func type(_ operands: [TensorType]) -> TensorType { inputType }
    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost { Cost() }
    func lower(_ site: LoweringSite) -> [Kernel] { [] }
}

/// A trainable array or a state; its memory belongs to `Parameters`.
struct Parameter: Operation {
    var path: String
    var shape: Shape
    var name: String { "parameter" }
    func type(_ operands: [TensorType]) -> TensorType { TensorType(shape) }
    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost { Cost() }
    func lower(_ site: LoweringSite) -> [Kernel] { [] }
}

/// Numbers known when the model is built, such as a graph's weights.
struct Constant: Operation {
    var values: [Float]
    var shape: Shape
    var name: String { "constant" }
    func type(_ operands: [TensorType]) -> TensorType {
        precondition(values.count == shape.count, "constant: \(values.count) values for \(shape)")
        return TensorType(shape)
    }
    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost { Cost() }
    func lower(_ site: LoweringSite) -> [Kernel] { [] }
}
