import Foundation
import LimbeckCompute
import LimbeckModels
import Synchronization
import Testing

@testable import LimbeckDistill

/// A folder that goes with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "limbeck-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

@Suite struct ResumeTests {
    /// What a run leaves that does not depend on the clock.
    private struct Left: Equatable {
        var parameters: [UInt32]
        var teacher: [UInt32]?
        var losses, errors, rates: [UInt64]
        var terms: [[String: Double]]
        var bestEpoch: Int

        init(_ result: Trainer<WindowTask>.Result) {
            parameters = bits(result.parameters)
            teacher = result.teacher.map(bits)
            losses = result.history.map(\.loss.bitPattern)
            errors = result.history.map(\.validationError.bitPattern)
            rates = result.history.map(\.learningRate.bitPattern)
            terms = result.history.map(\.terms)
            bestEpoch = result.bestEpoch
        }
    }

    /// 6 steps an epoch, 3 epochs; batch norm, dropout and a learned graph among them.
    @Test(arguments: [1, 2])
    func `a run stopped after any step continues to the bits of an uninterrupted one`(workers: Int) throws {
        for model in ["stid", "graphWaveNet"] {
            let network = try Small.network(model, dropout: 0.2)
            let trainer = try Small.trainer(.plain(), workers: workers)
            let whole = Left(try trainer.run(network))
            for stops in [[1], [4], [6], [7], [13, 2], [3, 3, 3, 3, 3]] {
                let resumed = try Self.run(trainer, network, stoppingAfter: stops)
                #expect(resumed == whole, "\(model) stopped after \(stops)")
            }
        }
    }

    @Test func `a run stopped between epochs continues to the same bits`() throws {
        let network = try Small.network("graphMixer", dropout: 0.1)
        let trainer = try Small.trainer(.plain())
        let whole = Left(try trainer.run(network))
        let folder = try TemporaryFolder()
        var stopping = trainer
        stopping.checkpoint = CheckpointFile(path: folder.file("run"), fingerprint: 7, resumes: true)
        stopping.observe = { if case .epoch(let epoch) = $0, epoch.epoch == 1 { .stop } else { .proceed } }
        #expect(try stopping.run(network).isFinished == false)
        stopping.observe = { _ in .proceed }
        let result = try stopping.run(network)
        #expect(result.isFinished && Left(result) == whole)
    }

    @Test func `online distillation stopped within an epoch continues with that epoch's labels`() throws {
        let network = try Small.network("stid")
        let objective = Objective([Term("hard", HardTarget(), weight: 0.5), Term("soft", SoftTarget())])
        var trainer = try Small.trainer(objective)
        trainer.phases = try Online().phases(objective)
        trainer.teacher = (try Small.network("graphMixer", name: "teacher", width: 10), nil)
        let whole = Left(try trainer.run(network))
        for stops in [[2], [9], [12], [15]] {
            #expect(try Self.run(trainer, network, stoppingAfter: stops) == whole, "stopped after \(stops)")
        }
    }

    @Test func `a method of phases stopped within any of them continues to the same bits`() throws {
        let network = try Small.network("stid", dropout: 0.1)
        let teacher = try Small.network("graphMixer", name: "teacher", width: 10)
        let objective = Objective([
            Term("hint", Hint(student: "block1", teacher: "block1")), Term("hard", HardTarget(), weight: 0.5),
        ])
        var trainer = try Small.trainer(objective)
        trainer.phases = try HintsFirst().phases(objective)
        trainer.teacher = (teacher, TrainingTests.untrained(teacher))
        let whole = Left(try trainer.run(network))
        #expect(whole.terms.map { $0.keys.sorted() } == [["hint"], ["hard"], ["hard"]])
        for stops in [[2], [6], [7], [9, 4], [1, 1, 1, 1, 1, 1, 1, 1]] {
            #expect(try Self.run(trainer, network, stoppingAfter: stops) == whole, "stopped after \(stops)")
        }
    }

    @Test func `a finished run's checkpoint gives its result again without training`() throws {
        let network = try Small.network("stid")
        let folder = try TemporaryFolder()
        var trainer = try Small.trainer(.plain())
        trainer.checkpoint = CheckpointFile(path: folder.file("run"), fingerprint: 7, resumes: true)
        let once = Left(try trainer.run(network))
        trainer.observe = { _ in
            Issue.record("it trained again")
            return .proceed
        }
        #expect(Left(try trainer.run(network)) == once)
    }

    /// Stops after that many steps, then again after that many more, and goes on each time with
    /// nothing but the file.
    private static func run(
        _ trainer: Trainer<WindowTask>, _ network: Network<ModelInputs>, stoppingAfter stops: [Int]
    ) throws -> Left {
        let folder = try TemporaryFolder()
        var trainer = trainer
        trainer.checkpoint = CheckpointFile(path: folder.file("run"), fingerprint: 7, resumes: true)
        trainer.progressInterval = 0
        for stop in stops {
            let left = Mutex(stop)
            trainer.observe = { event in
                guard case .progress = event else { return .proceed }
                return left.withLock {
                    $0 -= 1; return $0 == 0
                } ? .stop : .proceed
            }
            trainer.pool = WorkerPool(workers: trainer.pool.workers)
            #expect(try trainer.run(network).isFinished == false)
        }
        trainer.observe = { _ in .proceed }
        let result = try trainer.run(network)
        #expect(result.isFinished)
        return Left(result)
    }
}
