import Foundation
import LimbeckEvaluation
import LimbeckFiles

extension Recipe {
    /// Takes the teacher that is at `path` in the place of the recipe's own: of a run's folder, or a file with weights
    /// (`.safetensors`), a model (`.onnx`) or forecasts (`.npz`, `.parquet`, `.csv`).
    ///
    /// Throws `LimbeckError` that says what was looked for, and where.
    public mutating func take(teacherAt path: String) throws {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw LimbeckError(
                .fileMissing, "\(path): there is no such file or folder; name a run's folder, or the file of a teacher")
        }
        if isFolder.boolValue { return try take(teacherOfRun: path) }
        let ends = path.lowercased()
        func has(_ suffixes: String...) -> Bool { suffixes.contains(where: ends.hasSuffix) }
        if has(".safetensors") {
            teacher.weights = path
            (teacher.file, teacher.predictions, teacher.fineTune) = ("", "", false)
        } else if has(".onnx") {
            let given = teacher
            teacher = Teacher()
            (teacher.model, teacher.file) = (Teacher.imported, path)
            (teacher.layout, teacher.outputLayout) = (given.layout, given.outputLayout)
            (teacher.input, teacher.output) = (given.input, given.output)
        } else if has(".npz", ".parquet", ".csv", ".csv.gz", ".csv.xz", ".csv.zst") {
            teacher = Teacher()
            teacher.predictions = path
        } else {
            throw LimbeckError(
                .invalidValue,
                "\(path): what this holds of a teacher cannot be told by its name; a teacher is a run's folder, weights "
                    + "(.safetensors), a model (.onnx) or forecasts (.npz, .parquet, .csv)")
        }
        try teacher.validate()
    }

    private mutating func take(teacherOfRun path: String) throws {
        let run = try RunDirectory(opening: path)
        let recipe = run.path(of: .recipe)
        guard FileManager.default.fileExists(atPath: recipe) else {
            throw LimbeckError(.fileMissing, "\(path) holds no recipe.yaml, so it is no run; name a run's folder")
        }
        var kept = try Recipe.load(recipe).teacher
        if !kept.isGiven {
            let weights = run.path(of: .teacherWeights)
            guard FileManager.default.fileExists(atPath: weights) else {
                throw LimbeckError(
                    .fileMissing,
                    "\(path) holds no teacher.safetensors: its teacher was not trained to the end; continue it with "
                        + "limbeck train --resume --run-dir \(path)")
            }
            guard kept.model != Teacher.imported else {
                throw LimbeckError(
                    .invalidValue,
                    "\(path): its teacher is an ONNX file that was trained further, which only that run can go on "
                        + "with: limbeck distill --resume --run-dir \(path)")
            }
            (kept.weights, kept.fineTune, kept.names, kept.ignore) = (weights, false, [:], [])
        }
        teacher = kept
    }

    /// Why there is no teacher to distil from without training one, and what to do; nil where there is one, or where
    /// it learns beside the student. `run` is the folder of the run that goes on, if one does.
    public func missingTeacher(continuing run: String?) throws -> String? {
        let open = teachers.filter { !$0.teacher.isGiven }
        if try open.isEmpty || phases(.standard).trainTeacher { return nil }
        if let run {
            let weights = try RunDirectory(opening: run).path(of: .teacherWeights)
            if open.count == 1, FileManager.default.fileExists(atPath: weights) { return nil }
        }
        let which = open.map { "\($0.key) (\($0.teacher.title))" }.joined(separator: ", ")
        let earlier = newestTeacher.map { "; \($0) holds one: --teacher \($0)" } ?? ""
        return
            "There is no teacher to distil from: \(which) would have to be trained. Name one with --teacher: a run's "
            + "folder, or a file (.safetensors, .onnx, or forecasts as .npz, .parquet, .csv)\(earlier). Or train it first "
            + "with --train-teacher, as limbeck run does."
    }

    /// The newest run below the output folder that kept a teacher.
    private var newestTeacher: String? {
        let runs = (try? FileManager.default.contentsOfDirectory(atPath: output.directory)) ?? []
        return runs.filter { $0.hasPrefix(name + "-") }.sorted(by: >).map { "\(output.directory)/\($0)" }
            .first { FileManager.default.fileExists(atPath: "\($0)/\(RunDirectory.File.teacherWeights.rawValue)") }
    }
}
