import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckFiles
import LimbeckModels
import Testing

@testable import LimbeckDistill

/// Bytes changed at places drawn from a seed: flipped bits, cuts, and bytes added.
private struct Mutations {
    let original: [UInt8]
    var random: SplitMix

    init(_ original: [UInt8], seed: UInt64) {
        self.original = original
        random = SplitMix(seed: seed)
    }

    /// What was done, and the result, which always differs from the original.
    mutating func next() -> (what: String, bytes: [UInt8]) {
        var bytes = original
        func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        switch draw(4) {
        case 0:
            // The header more often than the long body.
            let place = draw(2) == 0 ? draw(min(64, bytes.count)) : draw(bytes.count), bit = draw(8)
            bytes[place] ^= 1 << bit
            return ("bit \(bit) of byte \(place) flipped", bytes)
        case 1:
            let count = draw(bytes.count)
            return ("cut to \(count) bytes", Array(bytes.prefix(count)))
        case 2:
            let first = draw(bytes.count - 8)
            for index in first..<first + 8 { bytes[index] = ~bytes[index] }
            return ("8 bytes from \(first) inverted", bytes)
        default:
            let extra = draw(40) + 1
            return ("\(extra) bytes added", bytes + [UInt8](repeating: 7, count: extra))
        }
    }
}

@Suite struct DamagedFileTests {
    private func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    // MARK: Soft labels

    private func labelBytes(_ path: String, samples: [Int] = [4, 6, 7, 30]) throws -> [UInt8] {
        try SoftLabels.write(
            to: path, samples: samples, sampleSize: 3,
            values: (0..<samples.count * 3).map { Float($0) / 2 }, fingerprint: 99)
        return try FileBytes.read(path)
    }

    @Test func `soft labels come back as they were written`() throws {
        let folder = try TemporaryFolder()
        _ = try labelBytes(folder.file("labels"))
        let labels = try SoftLabels.open(folder.file("labels"))
        #expect(labels.samples == [4, 6, 7, 30] && labels.sampleSize == 3 && labels.fingerprint == 99)
        var row = [Float](repeating: -1, count: 9), known: [Float] = [-1, -1, -1]
        try row.withUnsafeMutableBufferPointer { row in
            try known.withUnsafeMutableBufferPointer { try labels.fill(row, known: $0, samples: [30, 5, 6][...]) }
        }
        #expect(row == [4.5, 5, 5.5, 0, 0, 0, 1.5, 2, 2.5])
        #expect(known == [1, 0, 1])
        #expect(labels.count(of: [4, 30, 5]) == 2)
    }

    @Test func `damaged soft labels are an error, never a trap`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("labels")
        var mutations = Mutations(try labelBytes(path), seed: 1)
        for _ in 0..<3000 {
            let (what, bytes) = mutations.next()
            try write(bytes, path)
            do {
                _ = try SoftLabels.open(path)
                Issue.record("\(what): opened")
            } catch let error as DistillError {
                #expect(error.code == .damagedFile && error.message.hasPrefix(path))
            } catch let error as FileError {
                #expect(bytes.isEmpty && error.code == .empty, "\(what): \(error)")
            }
        }
    }

    @Test func `soft labels whose checksum fits but whose content cannot be are refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("labels")
        func refused(_ change: (inout [UInt8]) -> Void) throws -> String {
            var bytes = try labelBytes(path)
            change(&bytes)
            var checksum = CRC32C()
            bytes[16...].withUnsafeBytes { checksum.update($0) }
            withUnsafeBytes(of: checksum.value.littleEndian) { bytes.replaceSubrange(12..<16, with: $0) }
            try write(bytes, path)
            let error = #expect(throws: DistillError.self) { _ = try SoftLabels.open(path) }
            return error?.message ?? ""
        }
        #expect(try refused { $0[128] = 200 }.contains("ascending"))
        #expect(try refused { $0[136] = 4 }.contains("ascending"))
        // Counts whose product overflows, and none at all.
        #expect(try refused { for index in 16..<32 { $0[index] = 255 } }.contains("cut short"))
        #expect(try refused { $0[31] = 64 }.contains("cut short"))
        #expect(try refused { $0[16] = 0 }.contains("cut short"))
        #expect(try refused { $0[8] = 2 }.contains("version"))
    }

    @Test func `soft labels that cannot be written leave nothing behind`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing/labels")
        #expect(throws: FileError.self) {
            try SoftLabels.write(to: path, samples: [1], sampleSize: 1, values: [1], fingerprint: 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    // MARK: Checkpoints

    private func step() throws -> TrainingStep<WindowTask> {
        try TrainingStep(
            Small.trainer(.plain()), Small.network("stid", width: 2), Phase(objective: .plain()))
    }

    @Test func `a damaged checkpoint is an error, never a trap, and changes nothing`() throws {
        let folder = try TemporaryFolder()
        let file = CheckpointFile(path: folder.file("run"), fingerprint: 5, resumes: true)
        let step = try step()
        try step.beginEpoch(0, isResumed: false)
        var progress = TrainingProgress(step)
        try step.run(Array(6..<22)[...], rate: 0.01, count: 0)
        progress.add(step.losses)
        try file.save(progress, step)
        let before = step.parameters.values
        var mutations = Mutations(try FileBytes.read(file.path), seed: 2)
        for _ in 0..<3000 {
            let (what, bytes) = mutations.next()
            try write(bytes, file.path)
            do {
                try file.restore(&progress, step)
                Issue.record("\(what): restored")
            } catch let error as DistillError {
                #expect(error.code == .damagedFile && error.message.hasPrefix(file.path))
            }
        }
        #expect(step.parameters.values == before)
        try write(mutations.original, file.path)
        try file.restore(&progress, step)
        #expect(progress.step == 1 && step.parameters.values == before)
    }

    @Test func `a checkpoint of another run or model is refused`() throws {
        let folder = try TemporaryFolder()
        var file = CheckpointFile(path: folder.file("run"), fingerprint: 5, resumes: true)
        let step = try step()
        var progress = TrainingProgress(step)
        try file.save(progress, step)
        file.fingerprint = 6
        let error = #expect(throws: DistillError.self) { try file.restore(&progress, step) }
        #expect(error?.code == .mismatch)
        file.fingerprint = 5
        let wider = try TrainingStep(
            Small.trainer(.plain()), Small.network("stid", width: 3), Phase(objective: .plain()))
        let other = #expect(throws: DistillError.self) { try file.restore(&progress, wider) }
        #expect(other?.code == .damagedFile)
        #expect(other?.message.contains("another model") == true)
    }

    @Test func `a checkpoint that is a folder is an error that names it`() throws {
        let folder = try TemporaryFolder()
        let file = CheckpointFile(path: folder.path, fingerprint: 5, resumes: true)
        let step = try step()
        var progress = TrainingProgress(step)
        #expect(throws: FileError.self) { try file.restore(&progress, step) }
    }

    @Test func `without resuming, or without a file, a run starts anew`() throws {
        let folder = try TemporaryFolder()
        let step = try step()
        var progress = TrainingProgress(step)
        var file = CheckpointFile(path: folder.file("run"), fingerprint: 5, resumes: true)
        try file.restore(&progress, step)
        try write([1, 2, 3], file.path)
        file.resumes = false
        try file.restore(&progress, step)
        #expect(progress.step == 0 && progress.epoch == 0)
    }
}
