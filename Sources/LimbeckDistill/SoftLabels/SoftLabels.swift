import LimbeckData
import LimbeckFiles

/// A teacher's predictions for training samples, recorded once and read every epoch; for all samples or for some.
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

    /// How many of `wanted` have labels here.
    func count(of wanted: [Int]) -> Int {
        let known = Set(samples)
        return wanted.count { known.contains($0) }
    }

    /// Copies the labels of `wanted`, in that order; zeros where there are none.
    ///
    /// - Parameter known: takes 1 for each sample with labels and 0 for one without.
    func fill(
        _ target: UnsafeMutableBufferPointer<Float>, known: UnsafeMutableBufferPointer<Float>?,
        samples wanted: ArraySlice<Int>
    ) throws {
        if let known {
            for (index, sample) in wanted.enumerated() {
                known[index] = Self.row(of: sample, in: samples) == nil ? 0 : 1
            }
        }
        switch storage {
        case .values(let values): Self.copy(values, samples: samples, wanted: wanted, into: target)
        case .file(let file, let offset):
            file.withBytes { bytes in
                guard let base = bytes.baseAddress, let out = target.baseAddress else { return }
                for (index, sample) in wanted.enumerated() {
                    let place = UnsafeMutableRawPointer(out + index * sampleSize)
                    if let row = Self.row(of: sample, in: samples) {
                        place.copyMemory(from: base + offset + 4 * row * sampleSize, byteCount: 4 * sampleSize)
                    } else {
                        place.initializeMemory(as: UInt8.self, repeating: 0, count: 4 * sampleSize)
                    }
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
                if let row = row(of: sample, in: samples) {
                    (out + index * size).update(from: base + row * size, count: size)
                } else {
                    (out + index * size).update(repeating: 0, count: size)
                }
            }
        }
    }

    /// Samples are mostly consecutive: the row is where it would be if they all were, or searched.
    private static func row(of sample: Int, in samples: [Int]) -> Int? {
        guard !samples.isEmpty else { return nil }
        let guess = sample - samples[0]
        if samples.indices.contains(guess), samples[guess] == sample { return guess }
        var low = 0, high = samples.count
        while low < high {
            let middle = (low + high) / 2
            if samples[middle] < sample { low = middle + 1 } else { high = middle }
        }
        return low < samples.count && samples[low] == sample ? low : nil
    }
}
