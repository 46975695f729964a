/// A NumPy array as floats in C order.
///
/// Format: NEP 1, versions 1 to 3. Little-endian f4, f8, i4, i8; C or Fortran order.
struct NPYArray {
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    let shape: [Int]
    let values: [Float]
    /// What single precision took, by column `[N, C]` of the times that come first.
    let precision: PrecisionTally

    /// Throws `badFormat`, `truncated`, or `infinite` for a value beyond single precision.
    init(_ bytes: [UInt8], file: String) throws {
        guard bytes.starts(with: Self.magic), bytes.count >= 12 else {
            throw DataError(.badFormat, "\(file): is no NumPy array; save it with numpy.save.")
        }
        let isWide = bytes[6] >= 2
        let begin = isWide ? 12 : 10
        let length = (0..<(isWide ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard length <= bytes.count - begin else {
            throw DataError(.truncated, "\(file): stops inside its header; copy the file again.")
        }
        let text = String(decoding: bytes[begin..<begin + length], as: UTF8.self)
        let header = try Header(text, file: file)
        var count = 1
        for size in header.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else {
                throw DataError(.badFormat, "\(file): its shape \(header.shape) is too large.")
            }
            count = product
        }
        let payload = bytes.count - begin - length
        let (needed, overflow) = count.multipliedReportingOverflow(by: header.type.size)
        guard !overflow, needed <= payload else {
            throw DataError(
                .truncated,
                "\(file): shape \(header.shape) needs \(overflow ? "more" : grouped(needed)) "
                    + "bytes, \(grouped(payload)) are there; copy the file again.")
        }
        var precision = PrecisionTally()
        let steps = max(1, header.shape.first ?? 1), columns = max(1, count / steps)
        var values = bytes.withUnsafeBytes { raw in
            let base = UnsafeRawBufferPointer(rebasing: raw[(begin + length)...])
            // In Fortran order the times of a column are neighbours; which column is what matters little.
            return (0..<count).map { index in
                precision.note(header.type.value(base, index), header.isFortran ? index / steps : index % columns)
            }
        }
        if header.isFortran, header.shape.count > 1 {
            values = Self.transposed(values, header.shape)
        }
        if let bad = values.firstIndex(where: \.isInfinite) {
            throw DataError(
                .infinite,
                "\(file): the value at index \(Self.position(bad, header.shape)) is infinite or "
                    + "too large; use NaN for missing.")
        }
        shape = header.shape
        self.values = values
        self.precision = precision
    }

    /// "[17, 3]" of a flat index.
    static func position(_ flat: Int, _ shape: [Int]) -> [Int] {
        var rest = flat
        return shape.reversed().map { size in
            defer { rest /= max(1, size) }
            return rest % max(1, size)
        }.reversed()
    }

    /// Fortran order to C order.
    private static func transposed(_ values: [Float], _ shape: [Int]) -> [Float] {
        guard !values.isEmpty else { return values }
        var strides = [1]
        for size in shape.dropLast() { strides.append(strides[strides.count - 1] * size) }
        var position = [Int](repeating: 0, count: shape.count)
        var source = 0
        return values.indices.map { _ in
            let value = values[source]
            var axis = shape.count - 1
            while axis >= 0 {
                position[axis] += 1
                source += strides[axis]
                if position[axis] < shape[axis] { break }
                source -= strides[axis] * shape[axis]
                position[axis] = 0
                axis -= 1
            }
            return value
        }
    }

    private enum ElementType: String, CaseIterable {
        case f4, f8, i4, i8

        var size: Int { self == .f4 || self == .i4 ? 4 : 8 }

        func value(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Double {
            func bits64() -> UInt64 {
                .init(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
            }
            func bits32() -> UInt32 {
                .init(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            }
            return switch self {
            case .f4: Double(Float(bitPattern: bits32()))
            case .f8: Double(bitPattern: bits64())
            case .i4: Double(Int32(bitPattern: bits32()))
            case .i8: Double(Int64(bitPattern: bits64()))
            }
        }
    }

    /// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
    private struct Header {
        let type: ElementType
        let isFortran: Bool
        let shape: [Int]

        init(_ text: String, file: String) throws {
            func after(_ key: String) throws -> Substring {
                for quote in ["'", "\""] {
                    let marker = "\(quote)\(key)\(quote):"
                    if let range = text.firstRange(of: marker) {
                        return text[range.upperBound...].drop { $0 == " " }
                    }
                }
                throw DataError(
                    .badFormat,
                    "\(file): its header lacks \(quoted(key)); save it "
                        + "again.")
            }
            let description = try after("descr").dropFirst().prefix { $0 != "'" && $0 != "\"" }
            guard let order = description.first, order == "<" || order == "=",
                let type = ElementType(rawValue: String(description.dropFirst()))
            else {
                throw DataError(
                    .badFormat,
                    "\(file): holds \(quoted(String(description))); convert it with "
                        + ".astype(\"<f4\") before saving.")
            }
            self.type = type
            isFortran = try after("fortran_order").hasPrefix("True")
            let list = try after("shape")
            guard list.first == "(", let end = list.firstIndex(of: ")") else {
                throw DataError(.badFormat, "\(file): its shape cannot be read; save it again.")
            }
            shape = try list[list.index(after: list.startIndex)..<end].split(separator: ",")
                .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
                .map { part in
                    guard let size = Int(part), size >= 0 else {
                        throw DataError(
                            .badFormat, "\(file): its shape has \(quoted(part)); save it again.")
                    }
                    return size
                }
        }
    }
}
