import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckExport
import LimbeckImport
import LimbeckModels
import LimbeckSeries

extension Session {
    /// What students learn from: a model, or forecasts that were made elsewhere.
    enum Taught {
        case model(Trained)
        /// For those training windows that the file covers; and what is to be said of them.
        case predictions(Contestant?, labels: SoftLabels, warnings: [String])

        var contestant: Contestant? {
            switch self {
            case .model(let trained): trained.contestant
            case .predictions(let contestant, _, _): contestant
            }
        }

        /// The model where a term reads it beside the student.
        var live: (Learner, Parameters?)? {
            guard case .model(let trained) = self else { return nil }
            return (trained.learner, trained.forecaster.parameters)
        }
    }

    /// All teachers, or none where the teacher learns beside the student.
    func teachers() throws -> [Taught] {
        guard !plan.phases.trainTeacher else { return [] }
        return try plan.teachers.enumerated().map { index, teacher in
            observer.stage("Teacher: \(teacher.name)")
            switch teacher.source {
            case .trained(let model):
                let learner = learner(teacher, model)
                let (result, history) = try train(
                    .teacher, learner, teacher.configuration,
                    [Phase(objective: recipe.hardObjective(pipeline.catalogs.losses))], named: "truth",
                    checkpoint: index == 0 ? "teacher" : "teacher-\(index + 1)")
                if index == 0 { try writeWeights(result.parameters, of: teacher.name, to: .teacherWeights) }
                return .model(
                    try measured(
                        .teacher, learner, result.parameters, validationError: result.validationError, history: history)
                )
            case .given(let model):
                let imported = model as? ImportedModel
                observer.note(
                    "as it is" + (imported.map { ": input \($0.inputLayout), output \($0.outputLayout)" } ?? ""))
                return .model(
                    try measured(
                        .teacher, learner(teacher, model), model.initialParameters(data.statistics),
                        validationError: .nan, history: []))
            case .predictions(let file):
                return try predicted(teacher.name, file)
            }
        }
    }

    /// Numbers by path, for other tools and for later runs.
    func writeWeights(_ parameters: Parameters, of model: String, to file: RunDirectory.File) throws {
        try directory.write(
            Safetensors.encode(parameters, metadata: [("model", model), ("seed", "\(seed)")]), to: file)
    }

    /// What is to be said of the teachers before students learn from them.
    func warnings(about teachers: [Taught]) -> [String] {
        teachers.flatMap { teacher -> [String] in
            switch teacher {
            case .predictions(_, _, let warnings): return warnings
            case .model(let trained):
                guard data.problem.labels == nil else { return [] }
                let check = TeacherCheck(
                    data.problem.drawn(trained.contestant.validation), of: data.targets, scaler: data.targetScaler)
                return [check.warning(named: trained.contestant.name, part: "validation")].compactMap(\.self)
            }
        }
    }

    /// Labels for training; scores too, where the file covers validation and test.
    private func predicted(_ name: String, _ file: ForecastFile) throws -> Taught {
        func forecast(_ origins: [Int]) throws -> Forecast {
            Forecast(
                origins: origins, horizon: data.shape.horizon, nodeCount: data.shape.nodes,
                channelCount: data.shape.outputs,
                values: try file.values(for: origins, of: data.targets, horizon: data.shape.horizon))
        }
        let covered = try file.covered(data.train, of: data.targets)
        let training = try forecast(covered)
        let values = training.values.enumerated().map { data.windows.scaler.scaled($1, at: data.shape.entry($0)) }
        var hash = Fingerprint()
        hash.add(dataFingerprint)
        hash.add(values)
        for sample in covered { hash.add(sample) }
        let labels = SoftLabels(
            samples: covered, sampleSize: data.shape.outputCount, values: values, fingerprint: hash.value)
        var warnings: [String] = []
        if covered.count < data.train.count {
            warnings.append(
                "no forecast of \(name) for \(grouped(data.train.count - covered.count)) of "
                    + "\(grouped(data.train.count)) training windows, which are learned without its terms; \(file.path) has "
                    + "origins from \(file.span)")
        }
        var isScored = true
        for (part, origins) in [("test", data.test), ("validation", data.validation)] where isScored {
            let missing = file.uncovered(origins, of: data.targets)
            guard missing > 0 else { continue }
            isScored = false
            warnings.append(
                "teacher not scored: no forecast for \(grouped(missing)) of \(grouped(origins.count)) \(part) windows; "
                    + "\(file.path) has origins from \(file.span)")
        }
        var contestant: Contestant?
        if isScored {
            contestant = Contestant(
                role: .teacher, name: name, validation: try forecast(data.validation), test: try forecast(data.test))
        }
        let check = TeacherCheck(contestant?.validation ?? training, of: data.targets, scaler: data.targetScaler)
        let part = contestant == nil ? "training" : "validation"
        if let warning = check.warning(named: name, part: part) { warnings.append(warning) }
        return .predictions(contestant, labels: labels, warnings: warnings)
    }
}
