/// An ONNX file, in the parts that networks use (onnx.proto of ONNX 1.16; field numbers are its own).
public struct ONNXModel: Sendable {
    public var irVersion: Int64 = 8
    public var producer = "limbeck"
    /// Operator set version by domain; "" is ONNX's own.
    public var opsets: [String: Int64] = ["": 17]
    public var graph = ONNXGraph()
    public var metadata: [(key: String, value: String)] = []

    public init() {}
}

public struct ONNXGraph: Sendable {
    public var name = "limbeck"
    public var nodes: [ONNXNode] = []
    public var initializers: [ONNXTensor] = []
    public var inputs: [ONNXValueInfo] = []
    public var outputs: [ONNXValueInfo] = []

    public init() {}
}

public struct ONNXNode: Sendable {
    public var operation: String
    public var name: String
    public var domain = ""
    /// An absent optional input is "".
    public var inputs: [String]
    public var outputs: [String]
    public var attributes: [String: ONNXAttribute]

    public init(
        _ operation: String, name: String = "", inputs: [String], outputs: [String],
        attributes: [String: ONNXAttribute] = [:]
    ) {
        self.operation = operation
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }
}

public indirect enum ONNXAttribute: Sendable {
    case float(Float)
    case integer(Int64)
    case text(String)
    case tensor(ONNXTensor)
    case graph(ONNXGraph)
    case floats([Float])
    case integers([Int64])
    case texts([String])
}

/// An element type by its number in the format.
public enum ONNXElement: Int64, Sendable {
    case float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7, bool = 9, float16 = 10, float64 = 11

    /// Bytes of one element.
    var size: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .float16: 2
        case .float32, .int32: 4
        case .int64, .float64: 8
        }
    }
}

/// A constant: its numbers as floats or as integers, whatever their width in the file.
public struct ONNXTensor: Sendable {
    public enum Values: Sendable {
        case floats([Float])
        case integers([Int64])
    }

    public var name: String
    public var dimensions: [Int]
    public var element: ONNXElement
    public var values: Values

    public init(_ name: String, _ dimensions: [Int], floats: [Float]) {
        self.name = name
        self.dimensions = dimensions
        element = .float32
        values = .floats(floats)
    }

    public init(_ name: String, _ dimensions: [Int], integers: [Int64], as element: ONNXElement = .int64) {
        self.name = name
        self.dimensions = dimensions
        self.element = element
        values = .integers(integers)
    }
}

/// An input or output: its type and axes.
public struct ONNXValueInfo: Sendable {
    public enum Axis: Hashable, Sendable {
        case fixed(Int)
        /// Any length, by name.
        case named(String)
    }

    public var name: String
    public var element: ONNXElement
    public var axes: [Axis]

    public init(_ name: String, _ element: ONNXElement, _ axes: [Axis]) {
        self.name = name
        self.element = element
        self.axes = axes
    }
}
