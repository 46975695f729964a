import LimbeckONNX

/// An element type of MIL by its number in the format (MIL.proto of coremltools 9).
enum MILElement: Int64 {
    case flag = 1, text = 2, float16 = 10, float32 = 11, int8 = 21, int32 = 23
}

/// A value's type: its elements and static shape; no axes for a scalar.
struct MILType {
    var element: MILElement
    var shape: [Int] = []
}

/// A constant: in the program, or in the file of weights beside it.
enum MILConstant {
    case floats([Float])
    case integers([Int64])
    case bytes([UInt8])
    case flag(Bool)
    case text(String)
    /// Where the record of a blob begins.
    case blob(offset: Int)
}

/// An operation with one result.
struct MILOperation {
    var type: String
    /// By parameter; several values for a list.
    var inputs: [(parameter: String, values: [String])] = []
    var output: String
    var result: MILType
    /// What `const` and `constexpr_…` hold.
    var constants: [(parameter: String, type: MILType, value: MILConstant)] = []
}

/// A program in one function and one block, for one set of operations.
struct MILProgram {
    var operations: [MILOperation] = []
    var inputs: [(name: String, type: MILType)] = []
    var output = ""
    /// `CoreML5` is that of iOS 15, `CoreML6` that of iOS 16.
    var operationSet = "CoreML5"

    func encode(_ out: inout WireWriter) {
        out.integer(1, 1)
        out.message(2) {
            $0.text(1, "main")
            $0.message(2) { function in
                for input in inputs { function.message(1) { $0.named(input.name, input.type) } }
                function.text(2, operationSet)
                function.message(3) {
                    $0.text(1, operationSet)
                    $0.message(2) { block in
                        block.text(2, output)
                        for operation in operations { block.message(3) { operation.encode(&$0) } }
                    }
                }
            }
        }
    }
}

extension MILOperation {
    func encode(_ out: inout WireWriter) {
        out.text(1, type)
        for input in inputs {
            out.message(2) {
                $0.text(1, input.parameter)
                $0.message(2) { argument in
                    for value in input.values { argument.message(1) { $0.text(1, value) } }
                }
            }
        }
        out.message(3) { $0.named(output, result) }
        let name = (parameter: "name", type: MILType(element: .text), value: MILConstant.text(output))
        for constant in constants + [name] {
            out.message(5) {
                $0.text(1, constant.parameter)
                $0.message(2) { value in
                    value.message(2) { constant.type.encode(&$0) }
                    constant.value.encode(&value)
                }
            }
        }
    }
}

extension MILType {
    func encode(_ out: inout WireWriter) {
        out.message(1) { tensor in
            tensor.integer(1, element.rawValue)
            if !shape.isEmpty { tensor.integer(2, Int64(shape.count)) }
            for extent in shape {
                tensor.message(3) { $0.message(1) { $0.integer(1, Int64(extent)) } }
            }
        }
    }
}

extension MILConstant {
    func encode(_ out: inout WireWriter) {
        if case .blob(let offset) = self {
            return out.message(5) {
                $0.text(1, "@model_path/weights/weight.bin")
                $0.integer(2, Int64(offset))
            }
        }
        out.message(3) {
            $0.message(1) { tensor in
                switch self {
                case .floats(let values): tensor.message(1) { $0.packed(1, values) }
                case .integers(let values): tensor.message(2) { $0.packed(1, values) }
                case .bytes(let values): tensor.message(7) { $0.blob(1, values) }
                case .flag(let value): tensor.message(3) { $0.packed(1, [value ? 1 : 0] as [Int64]) }
                case .text(let value): tensor.message(4) { $0.text(1, value) }
                case .blob: break
                }
            }
        }
    }
}

extension WireWriter {
    fileprivate mutating func named(_ name: String, _ type: MILType) {
        text(1, name)
        message(2) { type.encode(&$0) }
    }
}
