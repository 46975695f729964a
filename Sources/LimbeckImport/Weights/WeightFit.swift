public import LimbeckCompute

/// A model's parameters beside the arrays of a file: what was found where, and what does not fit.
public struct WeightFit: Sendable {
    /// One parameter and the array that gives its values.
    public struct Match: Sendable, Equatable {
        public var path: String
        public var shape: Shape
        public var source: WeightMap.Source
    }

    /// A parameter without values.
    public struct Missing: Sendable, Equatable {
        public var path: String
        public var shape: Shape
        /// Why: `no array "head.weight"`.
        public var reason: String
        /// Unused arrays that could be it, each with the pattern of axes that leads here.
        public var proposals: [WeightMap.Source]
    }

    public private(set) var matches: [Match] = []
    public private(set) var missing: [Missing] = []
    /// Parameters that the file does not give and the training data does.
    public private(set) var measured: [String] = []
    /// Arrays of numbers that no parameter reads.
    public private(set) var unused: [SafetensorsFile.Array] = []
    /// By path: what the file gives.
    public private(set) var values: [String: [Float]] = [:]

    /// - Parameter measured: parameters that have values without the file, from the training data.
    public init(
        _ file: SafetensorsFile, _ declarations: [ParameterDeclaration], map: WeightMap = WeightMap(),
        measured: Set<String> = []
    ) throws {
        try Self.check(map, declarations)
        var read: Set<String> = []
        var failures: [(ParameterDeclaration, String)] = []
        for declaration in declarations {
            let candidates = map.candidates(declaration.path)
            guard let source = candidates.first(where: { file[$0.from] != nil }), let array = file[source.from] else {
                if measured.contains(declaration.path), map.names[declaration.path] == nil {
                    self.measured.append(declaration.path)
                } else {
                    failures.append(
                        (declaration, "no \(candidates.map { "\"\($0.from)\"" }.joined(separator: " or "))"))
                }
                continue
            }
            read.insert(array.name)
            do {
                values[declaration.path] = try Self.values(file, array, source, declaration)
                matches.append(Match(path: declaration.path, shape: declaration.shape, source: source))
            } catch let error as ImportError {
                failures.append((declaration, error.message))
            }
        }
        unused = file.arrays.filter { !read.contains($0.name) && !map.isIgnored($0.name) && $0.isFloating }
        missing = failures.map { declaration, reason in
            let named = map.candidates(declaration.path).compactMap { file[$0.from] }
            let proposals = (named.isEmpty ? unused : named).flatMap { array in
                Self.patterns(from: array.shape, to: declaration.shape.extents).map {
                    WeightMap.Source(array.name, axes: $0)
                }
            }
            return Missing(
                path: declaration.path, shape: declaration.shape, reason: reason, proposals: proposals)
        }
    }

    /// A map that names what is not there, or no pattern, is a mistake whatever the file holds.
    private static func check(_ map: WeightMap, _ declarations: [ParameterDeclaration]) throws {
        for (name, source) in map.names.sorted(by: { $0.key < $1.key }) {
            if !source.axes.isEmpty { _ = try AxisPattern(source.axes) }
            guard declarations.contains(where: { $0.path == name || WeightMap.match($0.path, name) != nil }) else {
                throw ImportError(
                    .mismatch,
                    "names: the model has no parameter \"\(name)\"; it has "
                        + declarations.map { "\($0.path) \($0.shape)" }.joined(separator: ", ") + ".")
            }
        }
    }

    private static func values(
        _ file: SafetensorsFile, _ array: SafetensorsFile.Array, _ source: WeightMap.Source,
        _ declaration: ParameterDeclaration
    ) throws -> [Float] {
        let shape = declaration.shape
        guard let values = file.floats(array) else {
            throw ImportError(.mismatch, "\(array.name) holds \(array.element), not F16, BF16, F32 or F64")
        }
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw ImportError(.malformed, "\(array.name) holds \(values[bad]) at \(bad)")
        }
        if source.axes.isEmpty {
            guard array.shape.filter({ $0 != 1 }) == shape.extents.filter({ $0 != 1 }) else {
                throw ImportError(.mismatch, "\(array.name) is \(Shape(array.shape))")
            }
            // Under our own path it is ours; a square matrix of another tool may lie either way.
            let patterns = patterns(from: array.shape, to: shape.extents)
            guard array.name == declaration.path || patterns.count == 1 else {
                let choices = patterns.map { "\"\($0)\"" }.joined(separator: " or ")
                throw ImportError(
                    .ambiguous, "\(array.name) is \(Shape(array.shape)), which may lie either way: say axes: \(choices)"
                )
            }
            return values
        }
        guard let result = try AxisPattern(source.axes).apply(values, from: array.shape, to: shape.extents) else {
            throw ImportError(
                .mismatch, "\(array.name) is \(Shape(array.shape)), which \"\(source.axes)\" does not lead here")
        }
        return result
    }

    /// Patterns that lead from one shape to the other, as PyTorch's layers suggest them: a matrix
    /// transposed, gates below each other, kernels. Empty where it can only be as it is.
    static func patterns(from: [Int], to: [Int]) -> [String] {
        let moved = usual.filter { (try? AxisPattern($0).leads(from: from, to: to)) ?? false }
        guard from.filter({ $0 != 1 }) == to.filter({ $0 != 1 }) else { return moved }
        guard from.count == to.count, !moved.isEmpty else { return moved + [""] }
        let names = ["o", "i", "y", "x"].prefix(from.count).joined(separator: " ")
        return moved + ["\(names) -> \(names)"]
    }

    private static let usual = [
        "o i -> i o", "(g u) i -> g i u", "(g u) -> g u", "c 1 k -> k c", "o i k -> k i o", "o i y x -> y x i o",
    ]

    /// Throws one error that lists all that does not fit.
    public func check() throws {
        guard !missing.isEmpty || !unused.isEmpty else { return }
        var parts: [String] = []
        if !missing.isEmpty {
            parts.append(
                "no values for " + missing.map { "\($0.path) \($0.shape) (\($0.reason))" }.joined(separator: ", "))
        }
        if !unused.isEmpty {
            parts.append("unused are " + unused.map { "\($0.name) \(Shape($0.shape))" }.joined(separator: ", "))
        }
        throw ImportError(
            .mismatch,
            "\(parts.joined(separator: "; ")). Say in names where each lies and in ignore what is not wanted; "
                + "limbeck import FILE --recipe RECIPE proposes names.")
    }
}

extension SafetensorsFile.Array {
    /// Counters and masks are no weights.
    fileprivate var isFloating: Bool { element.hasPrefix("F") || element == "BF16" }
}
