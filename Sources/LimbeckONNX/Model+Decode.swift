/// Why an ONNX file cannot be read: what, where, and what to do.
public struct ONNXError: Error, CustomStringConvertible, Sendable {
    public enum Code: String, Sendable {
        /// Bytes that are no ONNX model, or one that contradicts itself.
        case malformed
        /// What this reader does not support.
        case unsupported
    }

    public var code: Code
    public var message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ONNXModel {
    /// Reads a file's bytes. Throws `ONNXError`.
    public init(_ bytes: [UInt8]) throws {
        self.init()
        producer = ""
        opsets = [:]
        var hasGraph = false
        do {
            var reader = WireReader(bytes[...])
            while let field = try reader.next() {
                switch field.number {
                case 1: irVersion = try field.integer
                case 2: producer = try field.text
                case 7:
                    graph = try ONNXGraph(try field.message, depth: 0)
                    hasGraph = true
                case 8:
                    let (domain, version) = try Self.opset(try field.message)
                    opsets[domain == "ai.onnx" ? "" : domain] = version
                case 14: metadata.append(try Self.entry(try field.message))
                default: break
                }
            }
        } catch let error as WireError {
            throw ONNXError(.malformed, "This is no ONNX model, \(error); export it again.")
        }
        guard hasGraph else {
            throw ONNXError(.malformed, "This is no ONNX model: it has no graph; export it again.")
        }
    }

    private static func opset(_ message: WireReader) throws -> (String, Int64) {
        var reader = message
        var result = (domain: "", version: Int64(0))
        while let field = try reader.next() {
            switch field.number {
            case 1: result.domain = try field.text
            case 2: result.version = try field.integer
            default: break
            }
        }
        return result
    }

    fileprivate static func entry(_ message: WireReader) throws -> (key: String, value: String) {
        var reader = message
        var result = (key: "", value: "")
        while let field = try reader.next() {
            switch field.number {
            case 1: result.key = try field.text
            case 2: result.value = try field.text
            default: break
            }
        }
        return result
    }
}

extension ONNXGraph {
    /// Graphs inside attributes nest; more than a few levels is no network.
    private static let deepest = 16

    init(_ message: WireReader, depth: Int) throws {
        guard depth <= Self.deepest else {
            throw ONNXError(.malformed, "Graphs are nested more than \(Self.deepest) deep; flatten the model.")
        }
        var reader = message
        while let field = try reader.next() {
            switch field.number {
            case 1: nodes.append(try ONNXNode(try field.message, depth: depth))
            case 2: name = try field.text
            case 5: initializers.append(try ONNXTensor(try field.message))
            case 11: inputs.append(try ONNXValueInfo(try field.message))
            case 12: outputs.append(try ONNXValueInfo(try field.message))
            default: break
            }
        }
    }
}

extension ONNXNode {
    init(_ message: WireReader, depth: Int) throws {
        self.init("", inputs: [], outputs: [])
        var reader = message
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try field.text)
            case 2: outputs.append(try field.text)
            case 3: name = try field.text
            case 4: operation = try field.text
            case 5:
                if let (name, value) = try ONNXAttribute.read(try field.message, depth: depth) {
                    attributes[name] = value
                }
            case 7: domain = try field.text
            default: break
            }
        }
        if domain == "ai.onnx" { domain = "" }
    }
}

extension ONNXAttribute {
    /// Nil for kinds that networks do not use.
    static func read(_ message: WireReader, depth: Int) throws -> (String, ONNXAttribute)? {
        var reader = message
        var name = "", type: Int64 = 0
        var float: Float = 0, integer: Int64 = 0, text = ""
        var tensor: ONNXTensor?, graph: ONNXGraph?
        var floats: [Float] = [], integers: [Int64] = [], texts: [String] = []
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text
            case 2: float = try field.float
            case 3: integer = try field.integer
            case 4: text = try field.text
            case 5: tensor = try ONNXTensor(try field.message)
            case 6: graph = try ONNXGraph(try field.message, depth: depth + 1)
            case 7: floats += try field.floats()
            case 8: integers += try field.integers()
            case 9: texts.append(try field.text)
            case 20: type = try field.integer
            default: break
            }
        }
        switch type {
        case 1: return (name, .float(float))
        case 2: return (name, .integer(integer))
        case 3: return (name, .text(text))
        case 4: return tensor.map { (name, .tensor($0)) }
        case 5: return graph.map { (name, .graph($0)) }
        case 6: return (name, .floats(floats))
        case 7: return (name, .integers(integers))
        case 8: return (name, .texts(texts))
        default: return nil
        }
    }
}

extension ONNXTensor {
    init(_ message: WireReader) throws {
        var reader = message
        var name = "", dimensions: [Int64] = [], type: Int64 = 0
        var floats: [Float] = [], integers: [Int64] = [], doubles: [Float] = []
        var raw: ArraySlice<UInt8>?
        while let field = try reader.next() {
            switch field.number {
            case 1: dimensions += try field.integers()
            case 2: type = try field.integer
            case 4: floats += try field.floats()
            case 5, 7: integers += try field.integers()
            case 8: name = try field.text
            case 9: raw = try field.blob
            case 10:
                let bytes = try field.blob
                doubles += Self.elements(bytes, UInt64.self).map { Float(Double(bitPattern: $0)) }
            case 14:
                if try field.integer == 1 {
                    throw ONNXError(
                        .unsupported,
                        "Tensor \(name) is kept in another file; save the model with its weights inside.")
                }
            default: break
            }
        }
        guard let element = ONNXElement(rawValue: type) else {
            throw ONNXError(
                .unsupported,
                "Tensor \(name) has element type \(type); float32, float64, float16, int32, int64, int8, uint8 and bool are read."
            )
        }
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
            guard dimension >= 0, !overflow, product <= Int(Int32.max) else {
                throw ONNXError(.malformed, "Tensor \(name) has the impossible shape \(dimensions).")
            }
            count = product
        }
        if let raw, raw.count != count * element.size {
            throw ONNXError(
                .malformed,
                "Tensor \(name) of shape \(dimensions) has \(raw.count) bytes instead of \(count * element.size).")
        }
        self.name = name
        self.dimensions = dimensions.map { Int($0) }
        self.element = element
        switch element {
        case .float32:
            values = .floats(raw.map { Self.elements($0, UInt32.self).map(Float.init(bitPattern:)) } ?? floats)
        case .float64:
            values = .floats(
                raw.map { Self.elements($0, UInt64.self).map { Float(Double(bitPattern: $0)) } } ?? doubles)
        case .float16:
            let bits = raw.map { Self.elements($0, UInt16.self) } ?? integers.map { UInt16(truncatingIfNeeded: $0) }
            values = .floats(bits.map(Self.float(half:)))
        case .int64:
            values = .integers(raw.map { Self.elements($0, UInt64.self).map(Int64.init(bitPattern:)) } ?? integers)
        case .int32:
            values = .integers(
                raw.map { Self.elements($0, UInt32.self).map { Int64(Int32(bitPattern: $0)) } } ?? integers)
        case .int8: values = .integers(raw.map { $0.map { Int64(Int8(bitPattern: $0)) } } ?? integers)
        case .uint8, .bool: values = .integers(raw.map { $0.map { Int64($0) } } ?? integers)
        }
        let actual: Int
        switch values {
        case .floats(let values): actual = values.count
        case .integers(let values): actual = values.count
        }
        guard actual == count else {
            throw ONNXError(
                .malformed, "Tensor \(name) of shape \(self.dimensions) has \(actual) numbers instead of \(count).")
        }
    }

    private static func elements<T: FixedWidthInteger & UnsignedInteger>(_ bytes: ArraySlice<UInt8>, _: T.Type) -> [T] {
        let size = T.bitWidth / 8
        return (0..<bytes.count / size).map { number in
            let start = bytes.startIndex + number * size
            return (0..<size).reduce(T(0)) { $0 | T(bytes[start + $1]) << T(8 * $1) }
        }
    }

    /// IEEE 754 half precision.
    private static func float(half bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1f), fraction = Float(bits & 0x3ff)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}

extension ONNXValueInfo {
    init(_ message: WireReader) throws {
        self.init("", .float32, [])
        var reader = message
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text
            case 2:
                var type = try field.message
                while let inner = try type.next() {
                    if inner.number == 1 { try readType(try inner.message) }
                }
            default: break
            }
        }
    }

    private mutating func readType(_ message: WireReader) throws {
        var reader = message
        while let field = try reader.next() {
            switch field.number {
            case 1:
                let number = try field.integer
                guard let known = ONNXElement(rawValue: number) else {
                    throw ONNXError(
                        .unsupported, "\(name) has element type \(number); use float32 or int64.")
                }
                element = known
            case 2:
                var shape = try field.message
                while let dimension = try shape.next() {
                    if dimension.number == 1 { axes.append(try Self.axis(try dimension.message)) }
                }
            default: break
            }
        }
    }

    private static func axis(_ message: WireReader) throws -> Axis {
        var reader = message
        var axis = Axis.named("")
        while let field = try reader.next() {
            switch field.number {
            case 1: axis = .fixed(Int(clamping: try field.integer))
            case 2: axis = .named(try field.text)
            default: break
            }
        }
        return axis
    }
}
