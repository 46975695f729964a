/// A TensorFlow Lite model in the parts that students use (schema version 3; field numbers are its own).
struct TFLiteModel {
    var tensors: [TFLiteTensor] = []
    var operators: [TFLiteOperator] = []
    /// Tensors by name, in the order that a caller sees.
    var inputs: [(name: String, tensor: Int)] = []
    var outputs: [(name: String, tensor: Int)] = []
    var metadata: [(key: String, value: String)] = []

    /// The file, which begins with its identifier `TFL3`.
    func encoded() -> [UInt8] {
        var codes: [TFLiteCode] = []
        var numbers: [TFLiteCode: Int32] = [:]
        for one in operators where numbers[one.code] == nil {
            numbers[one.code] = Int32(codes.count)
            codes.append(one.code)
        }
        // The first buffer is that of tensors without data.
        var buffers = [FlatTable()]
        let tables = tensors.map { tensor in
            if let data = tensor.data { buffers.append(FlatTable([0: .bytes(data)])) }
            return tensor.table(buffer: tensor.data == nil ? 0 : buffers.count - 1)
        }
        let entries = metadata.map { entry in
            buffers.append(FlatTable([0: .bytes(Array(entry.value.utf8))]))
            return FlatTable([0: .text(entry.key), 1: .integer(Int32(buffers.count - 1))])
        }
        let graph = FlatTable([
            0: .tables(tables),
            1: .integers(inputs.map { Int32($0.tensor) }),
            2: .integers(outputs.map { Int32($0.tensor) }),
            3: .tables(operators.map { $0.table(code: numbers[$0.code] ?? 0) }),
            4: .text("student"),
        ])
        func names(_ values: [(name: String, tensor: Int)]) -> FlatValue {
            .tables(values.map { FlatTable([0: .text($0.name), 1: .integer(Int32($0.tensor))]) })
        }
        let signature = FlatTable([
            0: names(inputs), 1: names(outputs), 2: .text("serving_default"), 4: .integer(0),
        ])
        let model = FlatTable([
            0: .integer(3),
            1: .tables(codes.map(\.table)),
            2: .tables([graph]),
            3: .text("A student distilled with Limbeck."),
            4: .tables(buffers),
            6: .tables(entries),
            7: .tables([signature]),
        ])
        return FlatBuffer(root: model, identifier: "TFL3").bytes
    }
}

struct TFLiteTensor {
    /// Element types by their number in the format.
    enum Element: UInt8 { case float32 = 0, float16 = 1, int32 = 2, flag = 6, int8 = 9 }

    var name: String
    var element: Element
    var shape: [Int]
    /// Little-endian elements of a constant.
    var data: [UInt8]?

    func table(buffer: Int) -> FlatTable {
        FlatTable([
            0: .integers(shape.map { Int32($0) }), 1: .byte(element.rawValue), 2: .integer(Int32(buffer)),
            3: .text(name), 8: .flag(true),
        ])
    }
}

/// A built-in operator by its number in the format.
enum TFLiteCode: Int32 {
    case add = 0
    case concatenation = 2
    case conv2D = 3
    case depthwiseConv2D = 4
    case dequantize = 6
    case fullyConnected = 9
    case logistic = 14
    case mul = 18
    case relu = 19
    case reshape = 22
    case softmax = 25
    case tanh = 28
    case pad = 34
    case gather = 36
    case transpose = 39
    case mean = 40
    case sub = 41
    case div = 42
    case exp = 47
    case cast = 53
    case maximum = 55
    case minimum = 57
    case less = 58
    case neg = 59
    case greater = 61
    case greaterEqual = 62
    case lessEqual = 63
    case slice = 65
    case notEqual = 72
    case log = 73
    case sum = 74
    case sqrt = 75
    case reduceMax = 82
    case floorDiv = 90
    case floorMod = 95
    case abs = 101
    case round = 116
    case selectV2 = 123
    case batchMatmul = 126
    case broadcastTo = 130
    case gelu = 150
    case sign = 158

    /// The first version that does what is asked of it here.
    private var version: Int32 {
        switch self {
        case .fullyConnected: 5
        case .broadcastTo: 2
        case .add, .concatenation, .conv2D, .depthwiseConv2D, .dequantize, .logistic, .mul, .relu, .reshape,
            .softmax, .tanh, .pad, .gather, .transpose, .mean, .sub, .div, .exp, .cast, .maximum, .minimum, .less,
            .neg, .greater, .greaterEqual, .lessEqual, .slice, .notEqual, .log, .sum, .sqrt, .reduceMax, .floorDiv,
            .floorMod, .abs, .round, .selectV2, .batchMatmul, .gelu, .sign:
            1
        }
    }

    /// Numbers above 127 do not fit the byte that older readers look at.
    var table: FlatTable {
        FlatTable([0: .byte(UInt8(min(rawValue, 127))), 2: .integer(version), 3: .integer(rawValue)])
    }
}

struct TFLiteOperator {
    var code: TFLiteCode
    var inputs, outputs: [Int]
    var options: TFLiteOptions?

    func table(code number: Int32) -> FlatTable {
        var table = FlatTable([
            0: .integer(number), 1: .integers(inputs.map { Int32($0) }), 2: .integers(outputs.map { Int32($0) }),
        ])
        if let options {
            table.fields += [(number: 3, value: .byte(options.type)), (number: 4, value: .table(options.table))]
        }
        return table
    }
}

/// What an operator is told beside its inputs: a table of one of the format's types.
struct TFLiteOptions {
    var type: UInt8
    var table: FlatTable

    private init(_ type: UInt8, _ fields: KeyValuePairs<Int, FlatValue>) {
        self.type = type
        table = FlatTable(fields)
    }

    private static func size(_ number: Int) -> FlatValue { .integer(Int32(number)) }

    static func convolution(strides: [Int], dilations: [Int]) -> Self {
        // Padding 1 is none.
        Self(1, [0: .byte(1), 1: size(strides[1]), 2: size(strides[0]), 4: size(dilations[1]), 5: size(dilations[0])])
    }

    static func depthwise(strides: [Int], dilations: [Int], multiplier: Int) -> Self {
        Self(
            2,
            [
                0: .byte(1), 1: size(strides[1]), 2: size(strides[0]), 3: size(multiplier), 5: size(dilations[1]),
                6: size(dilations[0]),
            ])
    }

    static var fullyConnected: Self { Self(8, [2: .flag(true)]) }
    static var softmax: Self { Self(9, [0: .float(1)]) }
    static func concatenation(axis: Int) -> Self { Self(10, [0: size(axis)]) }
    static var add: Self { Self(11, [:]) }
    static var mul: Self { Self(21, [:]) }
    static var gather: Self { Self(23, [0: .integer(0)]) }
    static func reducer(keepsAxes: Bool) -> Self { Self(27, [0: .flag(keepsAxes)]) }
    static var sub: Self { Self(28, [:]) }
    static var div: Self { Self(29, [:]) }

    static func cast(from: TFLiteTensor.Element, to: TFLiteTensor.Element) -> Self {
        Self(37, [0: .byte(from.rawValue), 1: .byte(to.rawValue)])
    }

    static func batchMatmul(left: Bool, right: Bool) -> Self { Self(101, [0: .flag(left), 1: .flag(right)]) }
    static var gelu: Self { Self(116, [0: .flag(false)]) }
}
