/// Weight tensors, owned or borrowed, shared by copies of a student.
final class WeightStore {
    /// Where one tensor is.
    struct Place {
        /// Nil for int8.
        var floats: UnsafePointer<Float>?
        var stored: UnsafePointer<Int8>?
        /// One for each channel of `stored`.
        var scales: UnsafePointer<Float>?
        var count = 0
        var channels = 0
        /// In the file as float16.
        var isHalf = false

        /// The tensor, copied out.
        var tensor: WeightTensor {
            if let stored, let scales {
                return .int8(
                    Array(UnsafeBufferPointer(start: stored, count: count)),
                    scales: Array(UnsafeBufferPointer(start: scales, count: channels)))
            }
            let values = Array(UnsafeBufferPointer(start: floats, count: count))
            return isHalf ? .float16(nearest: values) : .float32(values)
        }
    }

    /// By number, where a loop reads them without checks.
    let pointer: UnsafeMutablePointer<Place>
    private let tensorCount: Int
    private let owned: UnsafeMutableRawPointer

    var tensors: UnsafeBufferPointer<Place> { UnsafeBufferPointer(start: pointer, count: tensorCount) }

    /// Weights.
    var count: Int { tensors.reduce(0) { $0 + $1.count } }

    /// Copies each tensor to a multiple of 64 bytes.
    convenience init(copying tensors: [WeightTensor]) {
        self.init(tensors.count, { Self.size(tensors[$0].shape) }) { number, target in
            switch tensors[number] {
            case .float32(let values): return Self.floats(values.count, target) { values[$0] }
            case .float16(let bits):
                var place = Self.floats(bits.count, target) { HalfPrecision.float(bits[$0]) }
                place.isHalf = true
                return place
            case .int8(let stored, let scales):
                return Self.int8(
                    stored.count, channels: scales.count, target, scale: { scales[$0] }, value: { stored[$0] })
            }
        }
    }

    /// Tensors of a file: copied, or left where they are (half precision is always read into floats).
    convenience init(_ tensors: [TensorBytes], copying: Bool) {
        func size(_ number: Int) -> Int {
            copying || tensors[number].kind == .float16 ? Self.size(tensors[number].shape) : 0
        }
        self.init(tensors.count, size) { number, target in
            let tensor = tensors[number]
            if size(number) == 0 { return tensor.place }
            switch tensor.kind {
            case .float32: return Self.floats(tensor.count, target) { tensor.float($0) }
            case .float16:
                var place = Self.floats(tensor.count, target) { HalfPrecision.float(tensor.half($0)) }
                place.isHalf = true
                return place
            case .int8(let channels):
                return Self.int8(
                    tensor.count, channels: channels, target, scale: { tensor.float($0) },
                    value: { tensor.byte(channels * 4 + $0) })
            }
        }
    }

    /// Tensors of `size` bytes each, those that `fill` says where they are.
    @inline(__always)
    private init(
        _ count: Int, _ size: (Int) -> Int, _ fill: (Int, UnsafeMutableRawPointer) -> Place
    ) {
        var total = 0
        for number in 0..<count { total += size(number) }
        owned = .allocate(byteCount: max(total, 64), alignment: 64)
        tensorCount = count
        pointer = .allocate(capacity: max(count, 1))
        var start = owned
        for number in 0..<count {
            (pointer + number).initialize(to: fill(number, start))
            start += size(number)
        }
    }

    deinit {
        pointer.deallocate()
        owned.deallocate()
    }

    /// Bytes of a tensor in memory, in multiples of 64.
    private static func size(_ shape: TensorShape) -> Int {
        let bytes = shape.channels.map { $0 * 4 + shape.count } ?? shape.count * 4
        return (bytes + 63) / 64 * 64
    }

    private static func floats(
        _ count: Int, _ target: UnsafeMutableRawPointer, _ value: (Int) -> Float
    ) -> Place {
        let floats = target.bindMemory(to: Float.self, capacity: count)
        for index in 0..<count { (floats + index).initialize(to: value(index)) }
        return Place(floats: UnsafePointer(floats), count: count)
    }

    private static func int8(
        _ count: Int, channels: Int, _ target: UnsafeMutableRawPointer, scale: (Int) -> Float,
        value: (Int) -> Int8
    ) -> Place {
        let scales = floats(channels, target, scale).floats
        let stored = (target + channels * 4).bindMemory(to: Int8.self, capacity: count)
        for index in 0..<count { (stored + index).initialize(to: value(index)) }
        return Place(stored: UnsafePointer(stored), scales: scales, count: count, channels: channels)
    }
}

/// Where a weight tensor lies in a file, checked.
struct TensorBytes {
    enum Kind: Equatable {
        case float32, float16
        /// Scales, then values.
        case int8(channels: Int)
    }

    let bytes: UnsafeRawPointer
    let count: Int
    let kind: Kind

    var shape: TensorShape {
        if case .int8(let channels) = kind { return TensorShape(count: count, channels: channels) }
        return TensorShape(count: count, channels: nil)
    }

    func float(_ index: Int) -> Float {
        let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
    }

    func half(_ index: Int) -> UInt16 {
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
    }

    func byte(_ offset: Int) -> Int8 { bytes.load(fromByteOffset: offset, as: Int8.self) }

    /// Where it is; for float32 and int8 on little-endian machines, at a multiple of 4.
    var place: WeightStore.Place {
        guard case .int8(let channels) = kind else {
            return WeightStore.Place(floats: bytes.assumingMemoryBound(to: Float.self), count: count)
        }
        return WeightStore.Place(
            stored: (bytes + channels * 4).assumingMemoryBound(to: Int8.self),
            scales: bytes.assumingMemoryBound(to: Float.self), count: count, channels: channels)
    }
}
