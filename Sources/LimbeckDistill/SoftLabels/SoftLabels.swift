import LimbeckData
import LimbeckFiles

/// A teacher's predictions for training samples, recorded once and read every epoch.
///
/// A file of them is mapped into memory: a 128-byte header (magic `LIMBSOFT`, version, sample
/// count, numbers a sample, fingerprint, CRC32C of what follows), the sample numbers as
/// little-endian Int64, ascending, then float32 values.
public final class SoftLabels: Sendable {
    public let samples: [Int]
    public let sampleSize: Int
    /// Of everything the labels depend on: teacher, data, task.
    public let fingerprint: UInt64
    private let storage: Storage

    private enum Storage: Sendable {
        case values([Float])
        case file(MappedFile, offset: Int)
    }

    /// Labels in memory; `values` is `[samples, sampleSize]`, samples ascending.
    public init(samples: [Int], sampleSize: Int, values: [Float], fingerprint: UInt64 = 0) {
        precondition(
            values.count == samples.count * sampleSize,
            "SoftLabels: \(values.count) values for [\(samples.count), \(sampleSize)]")
        self.samples = samples
        self.sampleSize = sampleSize
        self.fingerprint = fingerprint
        storage = .values(values)
    }

    init(samples: [Int], sampleSize: Int, fingerprint: UInt64, file: MappedFile, offset: Int) {
        self.samples = samples
        self.sampleSize = sampleSize
        self.fingerprint = fingerprint
        storage = .file(file, offset: offset)
    }

    /// The first of `wanted` that has no labels here.
    func firstMissing(of wanted: [Int]) -> Int? {
        let known = Set(samples)
        return wanted.first { !known.contains($0) }
    }

    /// Copies the labels of `wanted`, in that order.
    func fill(_ target: UnsafeMutableBufferPointer<Float>, samples wanted: ArraySlice<Int>) throws {
        switch storage {
        case .values(let values): Self.copy(values, samples: samples, wanted: wanted, into: target)
        case .file(let file, let offset):
            file.withBytes { bytes in
                guard let base = bytes.baseAddress, let out = target.baseAddress else { return }
                for (index, sample) in wanted.enumerated() {
                    let row = Self.row(of: sample, in: samples)
                    UnsafeMutableRawPointer(out + index * sampleSize).copyMemory(
                        from: base + offset + 4 * row * sampleSize, byteCount: 4 * sampleSize)
                }
            }
        }
    }

    static func copy(
        _ values: [Float], samples: [Int], wanted: ArraySlice<Int>,
        into target: UnsafeMutableBufferPointer<Float>?
    ) {
        guard let target, let out = target.baseAddress, !samples.isEmpty else { return }
        let size = values.count / samples.count
        values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            for (index, sample) in wanted.enumerated() {
                (out + index * size).update(from: base + row(of: sample, in: samples) * size, count: size)
            }
        }
    }

    /// Samples are mostly consecutive: the row is where it would be if they all were, or searched.
    private static func row(of sample: Int, in samples: [Int]) -> Int {
        let guess = sample - samples[0]
        if samples.indices.contains(guess), samples[guess] == sample { return guess }
        var low = 0, high = samples.count
        while low < high {
            let middle = (low + high) / 2
            if samples[middle] < sample { low = middle + 1 } else { high = middle }
        }
        precondition(low < samples.count && samples[low] == sample, "SoftLabels: no label for sample \(sample)")
        return low
    }
}
