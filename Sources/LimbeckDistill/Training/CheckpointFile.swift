import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckFiles

/// A run as it stood between two steps, in one checksummed file that is replaced whole.
///
/// Layout, little-endian: magic `LIMBCKPT`, u32 version, u32 CRC32C of all that follows, u64
/// fingerprint of everything the run depends on, u64 length of a JSON description, the JSON, then
/// float32 slabs: parameters, first moments, second moments, best parameters, and within an epoch
/// of a method that refreshes them the soft labels of its beginning.
public struct CheckpointFile: Sendable {
    public var path: String
    /// Of data, model, objective, configuration and seed: a checkpoint of another run is refused.
    public var fingerprint: UInt64
    /// Continue from the file when it is there.
    public var resumes: Bool

    public init(path: String, fingerprint: UInt64, resumes: Bool) {
        self.path = path
        self.fingerprint = fingerprint
        self.resumes = resumes
    }

    private struct Description: Codable {
        var epoch, step, bestEpoch, optimizerStep: Int
        /// Of the method; nil in files of one phase.
        var phase: Int?
        /// Bit patterns, so that nothing is lost in text.
        var bestError: UInt64
        var sums: [UInt64]
        var history: [TrainingUpdate.Epoch]
        var refreshed: Int
    }

    private static let magic = Array("LIMBCKPT".utf8)

    func save<T>(_ progress: TrainingProgress, _ step: TrainingStep<T>) throws {
        let description = Description(
            epoch: progress.epoch, step: progress.step, bestEpoch: progress.bestEpoch,
            optimizerStep: step.state.step, phase: progress.phase, bestError: progress.bestError.bitPattern,
            sums: progress.sums.map(\.bitPattern), history: progress.history,
            refreshed: progress.step > 0 ? step.refreshed.count : 0)
        let json = [UInt8](try JSONEncoder().encode(description))
        let moments = step.state.moments
        let slabs = [
            step.parameters.values, moments.first, moments.second, progress.best,
            progress.step > 0 ? step.refreshed : [],
        ]
        let sizes = [fingerprint.littleEndian, UInt64(json.count).littleEndian]
        var checksum = CRC32C()
        sizes.withUnsafeBytes { checksum.update($0) }
        json.withUnsafeBytes { checksum.update($0) }
        for slab in slabs { slab.withUnsafeBytes { checksum.update($0) } }
        let head = [UInt32(1).littleEndian, checksum.value.littleEndian]
        try AtomicFile.write(path) { writer in
            try writer.write(Self.magic)
            try head.withUnsafeBytes { try writer.write($0) }
            try sizes.withUnsafeBytes { try writer.write($0) }
            try writer.write(json)
            for slab in slabs { try slab.withUnsafeBytes { try writer.write($0) } }
        }
    }

    /// The phase that the file was written in, of so many; nil where there is none to resume.
    func phase(of count: Int) throws -> Int? {
        guard resumes, count > 1, FileManager.default.fileExists(atPath: path) else { return nil }
        // Checked whole when it is restored: what cannot be read here is refused there.
        let bytes = try FileBytes.read(path)
        return bytes.withUnsafeBytes { raw in
            guard raw.count >= 32, raw[0..<8].elementsEqual(Self.magic) else { return nil }
            let length = Int(
                clamping: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
            guard length <= raw.count - 32,
                let description = try? JSONDecoder().decode(Description.self, from: Data(raw[32..<32 + length]))
            else { return nil }
            return min(max(0, description.phase ?? 0), count - 1)
        }
    }

    /// Sets progress, parameters and moments to the file's, when resuming and it is there.
    func restore<T>(_ progress: inout TrainingProgress, _ step: TrainingStep<T>) throws {
        guard resumes, FileManager.default.fileExists(atPath: path) else { return }
        func damaged(_ what: String) -> DistillError {
            DistillError(
                .damagedFile,
                "\(path): \(what); delete the file to train this part again from its start.")
        }
        let bytes = try FileBytes.read(path)
        try bytes.withUnsafeBytes { raw in
            guard raw.count >= 32, raw[0..<8].elementsEqual(Self.magic) else {
                throw damaged("not a checkpoint, or cut short")
            }
            func number<N: FixedWidthInteger>(_ offset: Int, _ type: N.Type) -> N {
                N(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: type))
            }
            guard number(8, UInt32.self) == 1 else { throw damaged("a checkpoint of an unknown version") }
            var checksum = CRC32C()
            checksum.update(UnsafeRawBufferPointer(rebasing: raw[16...]))
            guard checksum.value == number(12, UInt32.self) else {
                throw damaged("the checksum does not fit, the checkpoint is cut short or has changed")
            }
            guard number(16, UInt64.self) == fingerprint else {
                throw DistillError(
                    .mismatch,
                    "\(path): this checkpoint belongs to a run with other data or settings; resume with the recipe it was made with, or start a new run directory."
                )
            }
            let length = Int(clamping: number(24, UInt64.self))
            let slab = step.parameters.slabCount, moments = step.state.moments.first.count
            guard length <= raw.count - 32,
                let description = try? JSONDecoder().decode(Description.self, from: Data(raw[32..<32 + length])),
                description.epoch >= 0, description.step >= 0,
                (0...raw.count).contains(description.refreshed),
                description.sums.count == progress.sums.count,
                raw.count - 32 - length == 4 * (2 * slab + 2 * moments + description.refreshed)
            else { throw damaged("a checkpoint of another model") }
            var offset = 32 + length
            func floats(_ count: Int) -> [Float] {
                defer { offset += 4 * count }
                return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: raw[offset..<offset + 4 * count]))
                    initialized = count
                }
            }
            step.parameters.values = floats(slab)
            let first = floats(moments), second = floats(moments)
            guard step.state.restore(step: description.optimizerStep, first: first, second: second) else {
                throw damaged("a checkpoint of another model")
            }
            progress.best = floats(slab)
            step.refreshed = floats(description.refreshed)
            progress.epoch = description.epoch
            progress.step = description.step
            progress.bestEpoch = description.bestEpoch
            progress.bestError = Double(bitPattern: description.bestError)
            progress.sums = description.sums.map(Double.init(bitPattern:))
            progress.history = description.history
        }
    }
}
