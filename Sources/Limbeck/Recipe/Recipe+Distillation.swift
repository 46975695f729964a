extension Recipe {
    /// The objective: a list of named, weighted terms. Without a term that reads the teacher it
    /// is conventional training.
    public struct Distillation: Equatable, Sendable, Codable, ValidatedConfiguration {
        /// A list written in a recipe replaces the default one.
        public var terms = [
            Term("hard", loss: "hard", weight: 0.5),
            Term("soft", loss: "softTarget", weight: 0.5),
        ]
        /// What is trained when: a name of the method catalog.
        public var method = "offline"
        /// Laid over the method's default configuration.
        public var set = RecipeNode.empty

        public init() {}

        public func validate() throws {
            try InvalidValue.require(!terms.isEmpty, "terms") {
                "is empty; a student needs at least one term, "
                    + "such as { name: hard, loss: hard }"
            }
            for (index, term) in terms.enumerated() {
                try InvalidValue.require(
                    !terms[..<index].contains { $0.name == term.name }, "terms[\(index)].name"
                ) { "\"\(term.name)\" names two terms; give each its own name" }
            }
            try InvalidValue.require(
                terms.contains { $0.weight.from > 0 || $0.weight.to > 0 }, "terms"
            ) { "every weight is 0, so nothing would be learned; raise one" }
            try InvalidValue.mapping(set, "set")
        }
    }

    /// One term of the objective.
    public struct Term: Equatable, Sendable, DefaultedConfiguration, ValidatedConfiguration {
        /// The name it is logged under. Required.
        public var name = ""
        /// A name of the loss catalog. Required.
        public var loss = ""
        /// A number, or a ramp over the epochs: `{ from: 1, to: 0.2, over: 10, shape: linear }`.
        public var weight: Ramp = 1
        /// Divides the logits of losses that soften them, others ignore it; a number or a ramp.
        public var temperature: Ramp = 1
        /// Laid over the loss's default configuration.
        public var set = RecipeNode.empty

        public init() {}

        public init(_ name: String, loss: String, weight: Ramp = 1, temperature: Ramp = 1) {
            self.name = name
            self.loss = loss
            self.weight = weight
            self.temperature = temperature
        }

        public func validate() throws {
            try InvalidValue.require(!name.isEmpty, "name") { "missing; name the term" }
            try InvalidValue.require(!loss.isEmpty, "loss") {
                "missing; name a loss, such as hard or softTarget"
            }
            try check(weight, "weight", above: false)
            try check(temperature, "temperature", above: true)
            try InvalidValue.mapping(set, "set")
        }

        private func check(_ ramp: Ramp, _ key: String, above: Bool) throws {
            for value in [ramp.from, ramp.to] {
                try above
                    ? InvalidValue.positive(value, key) : InvalidValue.notNegative(value, key)
            }
            try InvalidValue.positive(ramp.over, key + ".over")
        }
    }
}
