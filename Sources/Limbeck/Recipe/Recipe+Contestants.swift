import LimbeckEvaluation

extension Recipe {
    /// A further student of the same teachers beside the one that ships: another architecture, or taught another way.
    public struct Contestant: Equatable, Sendable, DefaultedConfiguration, ValidatedConfiguration {
        /// As tables call it. Required.
        public var name = ""
        /// Laid over the recipe's own.
        public var student = RecipeNode.empty
        public var distillation = RecipeNode.empty
        public var training = RecipeNode.empty

        public init() {}

        public func validate() throws {
            let allowed = name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
                    || $0 == "_"
            }
            try InvalidValue.require(!name.isEmpty && allowed && name.count <= 40, "name") {
                name.isEmpty ? "missing; name the contestant" : "\"\(name)\" cannot be; use letters, digits, - and _"
            }
            for (key, node) in [("student", student), ("distillation", distillation), ("training", training)] {
                try InvalidValue.mapping(node, key)
            }
        }

        /// The part it plays in a comparison.
        var role: Role { .student(named: name) }
    }

    /// The recipe as one contestant has it.
    func recipe(of index: Int) throws -> Recipe {
        let contestant = contestants[index], key = "contestants[\(index)]"
        var own = self
        own.student = try decode(default: student, laying: contestant.student, at: key + ".student")
        own.distillation = try decode(default: distillation, laying: contestant.distillation, at: key + ".distillation")
        own.training = try decode(default: training, laying: contestant.training, at: key + ".training")
        own.training.threads = training.threads
        own.contestants = []
        return own
    }
}
