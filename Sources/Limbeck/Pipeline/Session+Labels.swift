import Foundation
import LimbeckCompute
import LimbeckDistill
import LimbeckEvaluation
import LimbeckFiles
import LimbeckModels

extension Session {
    /// What students are to match: given forecasts, or a model's.
    func softLabels(_ teacher: Taught, number: Int) throws -> SoftLabels {
        switch teacher {
        case .model(let trained): return try softLabels(trained.forecaster, trained.learner, number: number)
        case .predictions(_, let labels, _): return labels
        }
    }

    /// A teacher's predictions on the training windows: from this run's disk, or an earlier run's
    /// beside it, when nothing they depend on has changed, else recorded.
    func softLabels(_ teacher: TrainedForecaster, _ learner: Learner, number: Int) throws -> SoftLabels {
        try checkInterruption()
        observer.stage("Soft labels")
        var hash = Fingerprint()
        hash.add(dataFingerprint)
        hash.add(learner.fingerprint)
        hash.add(teacher.parameters.values)
        let file = number == 1 ? "soft-labels.bin" : "soft-labels-\(number).bin"
        let path = "\(try directory.checkpointFolder())/\(file)"
        if FileManager.default.fileExists(atPath: path) {
            let labels: SoftLabels
            do { labels = try SoftLabels.open(path) } catch let error as FileError where error.code == .empty {
                throw DistillError(
                    .damagedFile, "\(path): the file is empty; delete it, and the next run records the labels again.")
            }
            if labels.fingerprint == hash.value {
                observer.note("reused \(path)")
                return labels
            }
        }
        if let earlier = earlierLabels(hash.value) {
            // One copy on the disk, under two names; a file system without links gets its own.
            try? FileManager.default.removeItem(atPath: path)
            do { try FileManager.default.linkItem(atPath: earlier.path, toPath: path) } catch {
                try AtomicFile.write(path, bytes: FileBytes.read(earlier.path))
            }
            observer.note("reused \(earlier.path)")
            return earlier.labels
        }
        let size = data.shape.outputCount
        try SoftLabels.write(
            to: path, samples: data.train, sampleSize: size,
            values: teacher.scaledForecast(data.learned, origins: data.train), fingerprint: hash.value)
        observer.note("recorded \(data.train.count) windows in \(path)")
        return try SoftLabels.open(path)
    }

    /// The same labels in a run beside this one, the newest first; a damaged file is passed over.
    private func earlierLabels(_ fingerprint: UInt64) -> (path: String, labels: SoftLabels)? {
        // By hand: NSString's path components trap on a path of one character.
        let parts = directory.path.split(separator: "/")
        let own = parts.last.map(String.init) ?? ""
        let parent = parts.dropLast().joined(separator: "/")
        let folder = directory.path.hasPrefix("/") ? "/" + parent : parent.isEmpty ? "." : parent
        let runs = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for run in runs.sorted(by: >) where run != own {
            let checkpoints = "\(folder)/\(run)/checkpoints"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
            for file in files.sorted() where file.hasPrefix("soft-labels") && file.hasSuffix(".bin") {
                let path = "\(checkpoints)/\(file)"
                guard SoftLabels.fingerprint(of: path) == fingerprint, let labels = try? SoftLabels.open(path) else {
                    continue
                }
                return (path, labels)
            }
        }
        return nil
    }
}
