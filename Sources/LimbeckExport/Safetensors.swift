public import LimbeckCompute
public import LimbeckRuntime

/// Numbers in the safetensors format: u64 length of a JSON header, the header
/// `{name: {dtype, shape, data_offsets}}`, then little-endian float32 data.
public enum Safetensors {
    /// What a student's file stores: named `weight.0`, `weight.1`, … in the program's order; the card
    /// is metadata.
    public static func encode(_ content: StudentContent) -> [UInt8] {
        encode(
            content.weights.enumerated().map { Array(name: "weight.\($0)", shape: [$1.count], values: $1) },
            metadata: content.card.map { ($0.key, $0.value) })
    }

    /// What training changed or measured, by path and in its shape, so that a later run begins with it.
    public static func encode(_ parameters: Parameters, metadata: [(key: String, value: String)] = []) -> [UInt8] {
        encode(
            parameters.entries.map {
                Array(name: $0.path, shape: $0.shape.extents, values: parameters[$0.path] ?? [])
            }, metadata: metadata)
    }

    private struct Array {
        var name: String
        var shape: [Int]
        var values: [Float]
    }

    private static func encode(_ arrays: [Array], metadata: [(key: String, value: String)]) -> [UInt8] {
        let notes = metadata.map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
        var entries = ["\"__metadata__\":{\(notes.joined(separator: ","))}"]
        var offset = 0
        for array in arrays {
            let end = offset + 4 * array.values.count
            let shape = array.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(JSONText.quoted(array.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Swift.Array("{\(entries.joined(separator: ","))}".utf8)
        // The data begins on a multiple of 8, as readers that map the file expect.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
        bytes += header
        for array in arrays {
            for value in array.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        }
        return bytes
    }
}
