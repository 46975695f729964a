public import LimbeckRuntime

/// A student's stored numbers in the safetensors format: u64 length of a JSON header, the header
/// `{name: {dtype, shape, data_offsets}}`, then little-endian float32 data.
public enum Safetensors {
    /// Tensors are named `weight.0`, `weight.1`, … in the program's order; the card is metadata.
    public static func encode(_ content: StudentContent) -> [UInt8] {
        var entries: [String] = []
        var offset = 0
        let metadata = content.card.map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }.joined(
            separator: ",")
        entries.append("\"__metadata__\":{\(metadata)}")
        for (index, weights) in content.weights.enumerated() {
            let end = offset + 4 * weights.count
            entries.append(
                "\"weight.\(index)\":{\"dtype\":\"F32\",\"shape\":[\(weights.count)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        // The data begins on a multiple of 8, as readers that map the file expect.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
        bytes += header
        for weights in content.weights {
            for weight in weights { withUnsafeBytes(of: weight.bitPattern.littleEndian) { bytes += $0 } }
        }
        return bytes
    }
}
