import LimbeckCompute
import LimbeckDistill
import LimbeckModels
import LimbeckNN
import LimbeckSeries

/// The user's part of a configuration, laid over the catalog's default.
struct RecipeConfiguration: ConfigurationSource {
    var node: RecipeNode
    /// Where the node stands in the recipe, for errors.
    var key: String
    /// Multiplies `width`, where the configuration has one: how a trial widens its student.
    var widthFactor = 1.0

    func configuration<C: Codable & Sendable>(_ defaults: C) throws -> C {
        let decoded = try decode(C.self, default: defaults, laying: node, at: key)
        guard widthFactor != 1 else { return decoded }
        var wider = try RecipeNode(encoding: decoded)
        guard let width = wider.text("width").flatMap(Double.init) else { throw NoWidth() }
        try wider.set("width=\(Int((width * widthFactor).rounded()))")
        return try decode(C.self, default: decoded, laying: wider, at: key)
    }
}

/// The configuration has no `width` to multiply.
struct NoWidth: Error {}

extension Recipe {
    /// All teachers and where each stands in the recipe.
    var teachers: [(teacher: Teacher, key: String)] {
        [(teacher, "teacher")] + otherTeachers.enumerated().map { ($1, "otherTeachers[\($0)]") }
    }

    /// A teacher's architecture; several members make an ensemble.
    func teacherModel(
        _ teacher: Teacher, at key: String, _ context: ModelContext, _ catalog: ModelCatalog
    ) throws -> any Model {
        try check(teacher.model, among: catalog.names, at: key + ".model")
        let model = watching(
            try placed(key + ".set") {
                try catalog.entry(named: teacher.model)
                    .make(RecipeConfiguration(node: teacher.set, key: key + ".set"), context)
            })
        return teacher.members > 1 ? Ensemble(model, count: teacher.members) : model
    }

    func studentModel(_ context: ModelContext, _ catalog: ModelCatalog, width: Double = 1) throws -> any Model {
        try check(student.model, among: catalog.names, at: "student.model")
        return watching(
            try placed("student.set") {
                try catalog.entry(named: student.model)
                    .make(RecipeConfiguration(node: student.set, key: "student.set", widthFactor: width), context)
            })
    }

    /// Who looks for anomalies is told of readings that stand still.
    private func watching(_ model: any Model) -> any Model { task.kind == .detect ? StillnessAware(model) : model }

    /// False for a student without a `width`, which no trial can widen.
    func isStudentWidthAdjustable(_ context: ModelContext, _ catalog: ModelCatalog) -> Bool {
        do { _ = try studentModel(context, catalog, width: 1.25) } catch { return !(error is NoWidth) }
        return true
    }

    /// A model's refusal of its settings names their place in the recipe.
    private func placed<M>(_ key: String, _ make: () throws -> M) throws -> M {
        do { return try make() } catch let refusal as ModelError {
            throw error(at: key, Self.clause(refusal.message))
        }
    }

    /// An objective's refusal, at the term it names.
    func refusal(of error: DistillError) -> LimbeckError {
        let index = error.term.flatMap { name in distillation.terms.firstIndex { $0.name == name } }
        return self.error(
            at: index.map { "distillation.terms[\($0)]" } ?? "distillation.terms", Self.clause(error.message))
    }

    /// Without the full stop, since a place follows.
    private static func clause(_ message: String) -> String {
        message.hasSuffix(".") ? String(message.dropLast()) : message
    }

    /// The terms, those that read a teacher weighted by `softWeight` besides.
    func objective(_ catalog: LossCatalog, softWeight: Double = 1) throws -> Objective {
        Objective(
            try distillation.terms.enumerated().map { index, term in
                let key = "distillation.terms[\(index)]"
                try check(term.loss, among: catalog.names, at: key + ".loss")
                let loss = try catalog.entry(named: term.loss)
                    .make(RecipeConfiguration(node: term.set, key: key + ".set"))
                let factor = loss.needs.teachers > 0 ? softWeight : 1
                return LimbeckDistill.Term(
                    term.name, loss, weight: term.weight.schedule(times: factor),
                    temperature: term.temperature.schedule())
            })
    }

    /// The terms in the phases of the recipe's method.
    func phases(_ catalogs: Catalogs, softWeight: Double = 1) throws -> [Phase] {
        try check(distillation.method, among: catalogs.methods.names, at: "distillation.method")
        let method = try catalogs.methods.entry(named: distillation.method)
            .make(RecipeConfiguration(node: distillation.set, key: "distillation.set"))
        let objective = try objective(catalogs.losses, softWeight: softWeight)
        do { return try method.phases(objective) } catch let error as DistillError {
            throw error.term == nil
                ? self.error(at: "distillation.method", Self.clause(error.message)) : refusal(of: error)
        }
    }

    func trainingConfiguration(epochs factor: Double = 1, learningRate rateFactor: Double = 1) -> TrainingConfiguration
    {
        var result = TrainingConfiguration()
        result.epochs = max(1, Int((Double(training.epochs) * factor).rounded()))
        result.batch = training.batch
        result.learningRate = Float(training.learningRate * rateFactor)
        result.schedule = training.schedule
        result.warmup = Float(training.warmup)
        result.optimizer = training.optimizer == .sgd ? .momentum : .adam
        if training.optimizer == .adam {
            // Plain Adam: decay, if any, is part of the gradient.
            result.weightDecay = 0
            result.l2 = Float(training.weightDecay)
        } else {
            result.weightDecay = Float(training.weightDecay)
        }
        result.l1 = Float(training.l1)
        result.l2 += Float(training.l2)
        result.clip = Float(training.clip)
        result.patience = training.patience
        return result
    }

    func configuration(of teacher: Teacher) -> TrainingConfiguration {
        var result = trainingConfiguration()
        result.epochs = teacher.epochs
        result.batch = teacher.batch
        result.learningRate = Float(teacher.learningRate)
        return result
    }
}

extension Ramp {
    func schedule(times factor: Double = 1) -> Schedule {
        from == to
            ? .constant(from * factor)
            : .ramp(
                from: from * factor, to: to * factor, over: over, shape: shape)
    }
}

extension Recipe {
    /// The terms that need no teacher: conventional training of the same student. Without any,
    /// the plain distance to the truth.
    func hardObjective(_ catalog: LossCatalog) throws -> Objective {
        let hard = try objective(catalog).terms.filter { $0.loss.needs == LossNeeds() }
        guard let first = hard.first else { return .plain() }
        // Alone, a term has its own full weight.
        return Objective(
            hard.count == 1
                ? [LimbeckDistill.Term(first.name, first.loss, weight: 1, temperature: first.temperature)] : hard)
    }
}
