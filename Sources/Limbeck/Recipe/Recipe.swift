/// A whole experiment: data, task, teacher, student, distillation, training, target, output.
///
/// Made in Swift property by property, or read from YAML with ``load(_:overrides:knowing:)``.
/// Every key, its default and its consequence is in `Documentation/Recipes.md`.
public struct Recipe: Equatable, Sendable, Codable, ValidatedConfiguration {
    /// Names the run's folder. Letters, digits, `-`, `_` and `.`.
    public var name = "run"

    /// Draws weights, order of windows and dropout. The same seed, threads and recipe give the
    /// same bits.
    public var seed: UInt64 = 1

    /// Where the data is and how to read it; its keys are those of the data source. Required.
    public var data = RecipeNode.empty

    public var task = Task()
    public var teacher = Teacher()
    /// Further teachers, for terms that read several, such as `teacherMean`.
    public var otherTeachers: [Teacher] = []
    public var student = Student()
    public var distillation = Distillation()
    /// Further students beside the one that ships, to compare.
    public var contestants: [Contestant] = []
    public var training = Training()
    public var until = Until()
    public var output = Output()

    /// What was read, for places in errors; empty for a recipe made in Swift.
    public private(set) var origin = Origin()

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case name, seed, data, task, teacher, otherTeachers, student, distillation, contestants, training, until, output
    }
}

extension Recipe {
    /// What the user wrote; never part of what a recipe is.
    public struct Origin: Equatable, Sendable {
        public var tree = RecipeNode.empty
        /// As given; empty for a recipe that is not from a file.
        public var file = ""

        public static func == (left: Origin, right: Origin) -> Bool { true }
    }

    /// Reads a recipe.
    ///
    /// - Parameters:
    ///   - path: of a YAML file.
    ///   - overrides: `key.path=value` each, laid over the file in order.
    ///   - vocabulary: the names that `until.target` may use.
    /// - Throws: `LimbeckError`, naming file, line, column and key.
    public static func load(
        _ path: String, overrides: [String] = [], knowing vocabulary: UntilVocabulary = .standard
    ) throws -> Recipe {
        try Recipe(
            RecipeNode(contentsOf: path), file: path, overrides: overrides, knowing: vocabulary)
    }

    /// Reads a recipe from text; `file` is the name that errors give.
    public init(
        yaml text: String, file: String = "recipe.yaml", overrides: [String] = [],
        knowing vocabulary: UntilVocabulary = .standard
    ) throws {
        try self.init(
            RecipeNode(yaml: text, file: file), file: file, overrides: overrides,
            knowing: vocabulary)
    }

    /// The resolved recipe: every key, defaults included, in the order declared. Reads back equal.
    ///
    /// - Throws: only what encoding throws, which is nothing for recipes.
    public func yaml() throws -> String { try RecipeNode(encoding: self).yaml }

    /// This recipe, when its values make sense: for recipes made in Swift.
    public func validated() throws -> Recipe {
        var checked = try decode(Recipe.self, default: Recipe(), laying: RecipeNode(encoding: self))
        checked.origin = origin
        return checked
    }

    /// An error about the value of a key, with its place in the file.
    ///
    /// - Parameter problem: what follows the key: `the file has 3 columns, not 4`.
    public func error(
        at key: String, _ problem: String, code: LimbeckError.Code = .invalidValue
    ) -> LimbeckError {
        LimbeckError(code, "\(key): \(problem)\(origin.tree.mark(at: key))")
    }

    /// Refuses a name that a catalog does not hold; see ``RecipeNode/check(_:among:at:)``.
    public func check(_ name: String, among names: [String], at key: String) throws {
        try origin.tree.check(name, among: names, at: key)
    }

    public func validate() throws {
        let allowed = name.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "-_.".unicodeScalars.contains($0)
        }
        try InvalidValue.require(
            allowed && !name.isEmpty && !name.hasPrefix(".") && name.count <= 100, "name"
        ) { "\"\(name)\" cannot name a folder; use letters, digits, - and _" }
        try InvalidValue.require(seed <= UInt64(Int64.max), "seed") { "must be at most \(Int64.max), not \(seed)" }
        try InvalidValue.require(otherTeachers.count < 16, "otherTeachers") { "are more than 15" }
        for (index, contestant) in contestants.enumerated() {
            try InvalidValue.require(
                !contestants[..<index].contains { $0.name == contestant.name }, "contestants[\(index)].name"
            ) { "\"\(contestant.name)\" names two contestants; give each its own name" }
        }
        for index in contestants.indices { _ = try recipe(of: index) }
    }

    private init(
        _ tree: RecipeNode, file: String, overrides: [String], knowing vocabulary: UntilVocabulary
    ) throws {
        guard tree.isMapping else {
            throw LimbeckError(
                .wrongType,
                "\(file): expected keys such as data: and task:, found \(tree.brief)"
                    + (tree.isText ? "; this looks like data, not a recipe; try: limbeck describe \(file)" : ""))
        }
        var written = tree.laid(over: try RecipeNode(encoding: Recipe()))
        for override in overrides { try written.set(override) }
        self = try decode(Recipe.self, default: Recipe(), laying: written)
        origin = Origin(tree: written, file: file)
        if data == .empty || data.isNull {
            throw LimbeckError(
                .missingKey,
                "data: missing\(origin.tree.mark); write data: { dataset: auckland } "
                    + "or data: { path: counts.csv }")
        }
        try until.check(
            vocabulary, horizon: task.horizon, at: origin.tree.mark(at: "until.target"))
    }

    /// What of the target can be checked only when the data is read.
    func checkTarget(channels: [String]) throws {
        try until.check(channels: channels, at: origin.tree.mark(at: "until.target"))
    }
}

extension RecipeNode {
    /// What was found, on one line of some 60 characters.
    fileprivate var brief: String {
        let line = found.prefix(60).prefix { !$0.isNewline }
        return line.count < found.count ? "\(line)…\"" : found
    }

    fileprivate var isText: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return !scalar.isNull
    }

    fileprivate var isMapping: Bool {
        guard case .mapping = content else { return false }
        return true
    }
}
