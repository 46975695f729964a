/// One weight tensor as it is stored.
public enum WeightTensor: Hashable, Sendable {
    case float32([Float])
    /// IEEE 754 half precision, by bit pattern; read into float32 when loaded.
    case float16([UInt16])
    /// `value[i] = stored[i] × scales[i mod channels]`, with one scale for each channel, the last axis.
    /// Read in place by quantised products and as tables.
    case int8([Int8], scales: [Float])

    public var count: Int {
        switch self {
        case .float32(let values): values.count
        case .float16(let bits): bits.count
        case .int8(let stored, _): stored.count
        }
    }

    /// The numbers it stands for.
    public var values: [Float] {
        switch self {
        case .float32(let values): return values
        case .float16(let bits): return bits.map { HalfPrecision.float($0) }
        case .int8(let stored, let scales):
            var values: [Float] = []
            values.reserveCapacity(stored.count)
            for index in stored.indices {
                values.append(Float(stored[index]) * scales[index % max(scales.count, 1)])
            }
            return values
        }
    }

    /// The nearest half precision numbers; infinite where a value is beyond 65,504.
    public static func float16(nearest values: [Float]) -> WeightTensor {
        .float16(values.map { HalfPrecision.bits($0) })
    }

    /// The nearest multiples of each channel's largest value over 127.
    public static func int8(nearest values: [Float], channels: Int) -> WeightTensor {
        var scales = [Float](repeating: 0, count: channels)
        for index in values.indices {
            scales[index % channels] = max(scales[index % channels], values[index].magnitude / 127)
        }
        // A channel of zeros has a scale too.
        for channel in 0..<channels where !(scales[channel] > 0) { scales[channel] = 1 }
        let stored = values.indices.map { index -> Int8 in
            let ratio = (values[index] / scales[index % channels]).rounded(.toNearestOrEven)
            return Int8(min(max(ratio, -127), 127))
        }
        return .int8(stored, scales: scales)
    }
}

/// IEEE 754 binary16 without hardware for it.
enum HalfPrecision {
    @inline(__always) static func float(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let rest = UInt32(bits & 0x7fff)
        if rest >= 0x7c00 { return Float(bitPattern: sign | 0x7f80_0000 | (rest & 0x3ff) << 13) }
        // Subnormals too: the exponent is moved by a product, which is exact.
        let value = Float(bitPattern: rest << 13) * 0x1p112
        return sign == 0 ? value : -value
    }

    /// Rounds to nearest, ties to even.
    static func bits(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16 & 0x8000)
        let size = value.magnitude
        if value.isNaN { return sign | 0x7e00 }
        if size >= 65_520 { return sign | 0x7c00 }
        if size < 0x1p-14 {
            return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven))
        }
        // Round at bit 13 of the pattern, then move the exponent from 127 to 15.
        let pattern = size.bitPattern
        let rounded = pattern + 0xfff + (pattern >> 13 & 1)
        return sign | UInt16(truncatingIfNeeded: (rounded - (112 << 23)) >> 13)
    }
}
