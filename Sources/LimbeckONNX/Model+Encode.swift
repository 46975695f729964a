extension ONNXModel {
    public func encoded() -> [UInt8] {
        var out = WireWriter()
        out.integer(1, irVersion)
        out.text(2, producer)
        out.message(7) { graph.encode(&$0) }
        for (domain, version) in opsets.sorted(by: { $0.key < $1.key }) {
            out.message(8) {
                $0.text(1, domain)
                $0.integer(2, version)
            }
        }
        for entry in metadata {
            out.message(14) {
                $0.text(1, entry.key)
                $0.text(2, entry.value)
            }
        }
        return out.bytes
    }
}

extension ONNXGraph {
    func encode(_ out: inout WireWriter) {
        for node in nodes { out.message(1) { node.encode(&$0) } }
        out.text(2, name)
        for tensor in initializers { out.message(5) { tensor.encode(&$0) } }
        for info in inputs { out.message(11) { info.encode(&$0) } }
        for info in outputs { out.message(12) { info.encode(&$0) } }
    }
}

extension ONNXNode {
    func encode(_ out: inout WireWriter) {
        for input in inputs { out.text(1, input) }
        for output in outputs { out.text(2, output) }
        if !name.isEmpty { out.text(3, name) }
        out.text(4, operation)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            out.message(5) {
                $0.text(1, name)
                attribute.encode(&$0)
            }
        }
        if !domain.isEmpty { out.text(7, domain) }
    }
}

extension ONNXAttribute {
    func encode(_ out: inout WireWriter) {
        let type: Int64
        switch self {
        case .float(let value):
            out.float(2, value)
            type = 1
        case .integer(let value):
            out.integer(3, value)
            type = 2
        case .text(let value):
            out.text(4, value)
            type = 3
        case .tensor(let value):
            out.message(5) { value.encode(&$0) }
            type = 4
        case .graph(let value):
            out.message(6) { value.encode(&$0) }
            type = 5
        case .floats(let values):
            for value in values { out.float(7, value) }
            type = 6
        case .integers(let values):
            for value in values { out.integer(8, value) }
            type = 7
        case .texts(let values):
            for value in values { out.text(9, value) }
            type = 8
        }
        out.integer(20, type)
    }
}

extension ONNXTensor {
    func encode(_ out: inout WireWriter) {
        for dimension in dimensions { out.integer(1, Int64(dimension)) }
        out.integer(2, element.rawValue)
        out.text(8, name)
        out.blob(9, raw)
    }

    /// Little-endian elements one behind another.
    package var raw: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
        }
        switch values {
        case .floats(let values):
            switch element {
            case .float64: for value in values { append(Double(value).bitPattern) }
            case .float16: for value in values { append(Self.half(value)) }
            default: for value in values { append(value.bitPattern) }
            }
        case .integers(let values):
            for value in values {
                switch element {
                case .int64: append(value)
                case .int32: append(Int32(truncatingIfNeeded: value))
                default: append(UInt8(truncatingIfNeeded: value))
                }
            }
        }
        return bytes
    }

    /// The nearest number of half precision, ties to even.
    private static func half(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let size = value.magnitude
        if value.isNaN { return sign | 0x7e00 }
        if size >= 65_520 { return sign | 0x7c00 }
        // Subnormal numbers are multiples of 2⁻²⁴; the next number after the largest is 2⁻¹⁴ itself.
        if size < 0x1p-14 { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
        let bits = size.bitPattern - 112 << 23
        return sign | UInt16(truncatingIfNeeded: (bits + 0xfff + (bits >> 13 & 1)) >> 13)
    }
}

extension ONNXValueInfo {
    func encode(_ out: inout WireWriter) {
        out.text(1, name)
        out.message(2) {
            $0.message(1) {
                $0.integer(1, element.rawValue)
                $0.message(2) {
                    for axis in axes {
                        $0.message(1) {
                            switch axis {
                            case .fixed(let extent): $0.integer(1, Int64(extent))
                            case .named(let name): $0.text(2, name)
                            }
                        }
                    }
                }
            }
        }
    }
}
