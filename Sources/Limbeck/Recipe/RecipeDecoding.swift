/// A part of a recipe that can tell whether its values make sense together.
///
/// Called as soon as the part is decoded; whoever fills one in Swift calls it, or
/// ``Recipe/validated()`` for a whole recipe.
public protocol ValidatedConfiguration {
    /// - Throws: `InvalidValue`, naming the key relative to this part.
    func validate() throws
}

/// A part of a recipe that may be written in part: what is left out is as in `init()`.
///
/// The default of a whole recipe already covers its sections; this covers the items of lists.
public protocol DefaultedConfiguration: Codable {
    init()
}

/// A value of the right kind that cannot be.
public struct InvalidValue: Error, Sendable, CustomStringConvertible {
    public var code: LimbeckError.Code
    /// The key relative to the part that validates; empty for the part itself.
    public var key: String
    /// What follows the key: `must be at least 1, not 0`.
    public var message: String
    /// Lines to print below, such as a caret line.
    public var detail: String

    public init(
        _ key: String, _ message: String, detail: String = "",
        code: LimbeckError.Code = .invalidValue
    ) {
        self.code = code
        self.key = key
        self.message = message
        self.detail = detail
    }

    public var description: String { "\(key): \(message)\(detail)" }

    /// Throws unless `condition` holds.
    public static func require(
        _ condition: Bool, _ key: String, _ message: () -> String
    ) throws {
        if !condition { throw InvalidValue(key, message()) }
    }
}

/// Decodes a configuration: its default with `node` laid over it.
///
/// - Parameters:
///   - default: every default, written once, on the configuration's properties.
///   - node: what the user wrote; any part of the configuration.
///   - key: where `node` stands in its recipe, for errors: `student.set`.
/// - Throws: `LimbeckError`, naming key, line and column: an unknown key (with the nearest known
///   one), a value of the wrong kind, a value that `validate()` refuses.
public func decode<Configuration: Codable>(
    _ type: Configuration.Type = Configuration.self, default: Configuration,
    laying node: RecipeNode, at key: String = ""
) throws -> Configuration {
    let base = try RecipeNode(encoding: `default`)
    let path = key.isEmpty ? [] : key.split(separator: ".").map { RecipeKey(String($0)) }
    return try RecipeDecoder(node.laid(over: base), codingPath: path).value(type)
}

extension RecipeNode {
    /// Refuses a name that a catalog does not hold.
    ///
    /// - Parameters:
    ///   - name: what the recipe says.
    ///   - names: what the catalog holds.
    ///   - key: the whole path of the key, for the error and its place: `student.model`.
    /// - Throws: `LimbeckError` with the nearest name and the list.
    public func check(_ name: String, among names: [String], at key: String) throws {
        if names.contains(name) { return }
        let sentence = Suggestion.sentence(name, among: names, known: "Choose one of")
        throw LimbeckError(
            .unknownName, "\(key): \"\(name)\" is not known\(mark(at: key))\(sentence)")
    }
}
