import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckImport
import LimbeckModels
import LimbeckSeries

/// What a run will do with its data: models made, the objective tried on them, nothing trained.
struct Plan {
    var pipeline: Pipeline
    /// How the student that ships is taught.
    let phases: [Phase]
    let contestants: [Contestant]
    let teachers: [Teacher]
    /// Worth telling the user before hours of training.
    private(set) var notes: [String] = []

    struct Teacher {
        /// As tables and reports show it; no two are the same.
        var name: String
        var source: Source
        var configuration: TrainingConfiguration
        /// Of what the recipe says about it and the content of its files.
        var fingerprint: UInt64

        /// Nil for forecasts without a model.
        var model: (any Model)? {
            switch source {
            case .trained(let model): model
            case .given(let model): model
            case .predictions: nil
            }
        }
    }

    /// A further student, as its recipe has it.
    struct Contestant {
        var role: Role
        var recipe: Recipe
        var phases: [Phase]
    }

    /// Where a teacher's forecasts come from.
    enum Source {
        /// A model that this run trains.
        case trained(any Model)
        /// A model with its weights.
        case given(any Model)
        case predictions(ForecastFile)
    }

    var recipe: Recipe { pipeline.recipe }

    init(_ pipeline: Pipeline, _ data: PreparedData) throws {
        self.pipeline = pipeline
        let recipe = pipeline.recipe
        let phases = try recipe.phases(pipeline.catalogs)
        self.phases = phases
        contestants = try recipe.contestants.enumerated().map { index, contestant in
            try pipeline.about(contestant, index) {
                let own = try recipe.recipe(of: index)
                let ways = try own.phases(pipeline.catalogs)
                guard ways.trainTeacher || !phases.trainTeacher else {
                    throw recipe.error(
                        at: "distillation.method",
                        "trains the teacher beside the student, so there is none that was trained before")
                }
                return Contestant(role: contestant.role, recipe: own, phases: ways)
            }
        }
        teachers = try recipe.teachers.enumerated().map { index, one in
            let (teacher, key) = one
            let source = try recipe.teacherSource(teacher, at: key, data, pipeline.catalogs.models)
            var hash = Fingerprint()
            try hash.add(encoded: teacher)
            if case .trained(let model) = source { hash.add(Self.content(of: model)) }
            if case .given(let model) = source { hash.add(Self.content(of: model)) }
            let name = teacher.members > 1 ? "\(teacher.model) × \(teacher.members)" : teacher.title
            return Teacher(
                name: index == 0 ? name : "\(name) (\(index + 1))", source: source,
                configuration: recipe.configuration(of: teacher), fingerprint: hash.value)
        }
        try tryObjective(recipe, phases, data)
        for (index, contestant) in contestants.enumerated() {
            try pipeline.about(recipe.contestants[index], index) {
                try tryObjective(contestant.recipe, contestant.phases, data)
            }
        }
        try leaveOutWidening(data)
        try tellWhoReadsNoFacts(data)
    }

    /// What stands for the content of a model's file; empty where it has none.
    private static func content(of model: any Model) -> String {
        (model as? PretrainedModel)?.content ?? (model as? ImportedModel)?.content ?? ""
    }

    /// Traces one step on one window, so that an unknown tap or a term that does not fit is
    /// refused now rather than after the teacher has been trained.
    private func tryObjective(_ recipe: Recipe, _ phases: [Phase], _ data: PreparedData) throws {
        let one = Array(data.train.prefix(1))
        let size = data.shape.outputCount
        let zeros = SoftLabels(samples: one, sampleSize: size, values: [Float](repeating: 0, count: size))
        var configuration = TrainingConfiguration()
        configuration.batch = 1
        var trainer = Trainer(
            task: WindowTask(
                data.windows, shape: data.shape, train: one, validation: one, labels: data.problem.labels),
            configuration: configuration, phases: phases, seed: 1, pool: WorkerPool(workers: 1),
            softLabels: phases.trainTeacher ? [] : teachers.map { _ in zeros })
        trainer.teacher = teachers[0].model.map {
            (Network(name: "teacher", model: $0, statistics: data.statistics), nil)
        }
        let student = try recipe.studentModel(data.context, pipeline.catalogs.models)
        do {
            try trainer.check(Network(name: "student", model: student, statistics: data.statistics))
        } catch let error as DistillError {
            throw recipe.refusal(of: error)
        }
    }

    /// Facts of places that a model does not read are told of.
    private mutating func tellWhoReadsNoFacts(_ data: PreparedData) throws {
        guard data.shape.facts > 0 else { return }
        let models =
            try teachers.compactMap { one in one.model.map { (one.name, $0) } }
            + [(recipe.student.model, recipe.studentModel(data.context, pipeline.catalogs.models))]
        for (name, model) in models
        where !model.statistics(data.statistics).keys.contains(where: { $0.hasSuffix("place/facts") }) {
            let note = "\(name) reads no static covariates"
            if !notes.contains(note) { notes.append(note) }
        }
    }

    /// A student without a width cannot be made wider: that adjustment is left out, aloud.
    private mutating func leaveOutWidening(_ data: PreparedData) throws {
        let until = recipe.until
        guard !until.target.isEmpty, until.maxTrials > 1, until.adjust.contains(.widerStudent),
            !recipe.isStudentWidthAdjustable(data.context, pipeline.catalogs.models)
        else { return }
        pipeline.recipe.until.adjust.removeAll { $0 == .widerStudent }
        guard !pipeline.recipe.until.adjust.isEmpty else {
            throw recipe.error(
                at: "until.adjust",
                "only asks for a wider student, but \(recipe.student.model) has no width; add moreEpochs, "
                    + "learningRate or termWeights")
        }
        notes.append("\(recipe.student.model) has no width, so no trial will widen it")
    }
}
