/// One value of a recipe: a scalar, a list or a mapping, and where it was written.
///
/// Two nodes are equal when their contents are; where they were written does not matter.
public struct RecipeNode: Equatable, Sendable {
    public enum Content: Equatable, Sendable {
        case scalar(Scalar)
        case list([RecipeNode])
        /// In the order written.
        case mapping([Entry])
    }

    public struct Entry: Sendable {
        public var key: String
        public var keyMark: Mark
        public var value: RecipeNode

        public init(key: String, keyMark: Mark = .unmarked, value: RecipeNode) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    /// Where something was written.
    public enum Mark: Hashable, Sendable {
        /// Nowhere: a default, or made in Swift.
        case unmarked
        /// Line and column count from 1.
        case file(String, line: Int, column: Int)
        /// A `--set`, as typed after it.
        case override(String)
    }

    public var content: Content
    public var mark: Mark

    public init(_ content: Content, mark: Mark = .unmarked) {
        self.content = content
        self.mark = mark
    }

    public static func == (left: RecipeNode, right: RecipeNode) -> Bool {
        left.content == right.content
    }

    /// A mapping with nothing in it.
    public static let empty = RecipeNode(.mapping([]))
}

extension RecipeNode {
    /// The value of `key`, when this is a mapping that has it.
    public subscript(key: String) -> RecipeNode? { entry(key)?.value }

    /// The value of `key` as text, when it is a scalar: for reading a name before decoding.
    public func text(_ key: String) -> String? {
        guard case .scalar(let scalar) = self[key]?.content, !scalar.isNull else { return nil }
        return scalar.text
    }

    func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }
    }

    var isNull: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.isNull
    }

    /// For error messages: `"ten"`, `3.5`, `a list`.
    var found: String {
        switch content {
        case .scalar(let scalar) where scalar.isNull: "nothing"
        case .scalar(let scalar) where scalar.isQuoted: "\"\(scalar.text)\" in quotes"
        case .scalar(let scalar) where Scalar.hasType(scalar.text): scalar.text
        case .scalar(let scalar): "\"\(scalar.text)\""
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension RecipeNode.Entry: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.key == right.key && left.value == right.value
    }
}

extension RecipeNode.Mark: CustomStringConvertible {
    /// Ready to follow a sentence: ` at recipe.yaml:14:11`, ` in --set a.b=c`, or nothing.
    public var description: String {
        switch self {
        case .unmarked: ""
        case .file(let file, let line, let column): " at \(file):\(line):\(column)"
        case .override(let text): " in --set \(text)"
        }
    }
}
