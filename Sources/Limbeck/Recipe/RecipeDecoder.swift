/// Reads one node as one value, and remembers which keys the value asked for: those are the
/// known ones, in the order declared.
final class RecipeDecoder: Decoder {
    let node: RecipeNode
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    /// Nil until read as a mapping.
    private var asked: [String]?
    /// Containers nested in this one without a value of their own.
    private var nested: [RecipeDecoder] = []

    init(_ node: RecipeNode, codingPath: [any CodingKey]) {
        self.node = node
        self.codingPath = codingPath
    }

    /// The node as a value of any type; checked for unknown keys, then validated.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == RecipeNode.self, let whole = node as? Value { return whole }
        if let scalarType = type as? any RecipeScalar.Type {
            if let value = try scalar(scalarType) as? Value { return value }
        }
        if let names = caseNames(type) { try check(names) }
        var reader = self
        if let defaulted = type as? any DefaultedConfiguration.Type {
            let base = try RecipeNode(encoding: defaulted.init())
            reader = RecipeDecoder(node.laid(over: base), codingPath: codingPath)
        }
        do {
            let value = try Value(from: reader)
            try reader.refuseUnknown()
            if let checked = value as? any ValidatedConfiguration { try checked.validate() }
            return value
        } catch let invalid as InvalidValue {
            throw reader.located(invalid)
        } catch let error as DecodingError {
            throw reader.translated(error)
        }
    }

    func child(_ key: any CodingKey, _ node: RecipeNode) -> RecipeDecoder {
        RecipeDecoder(node, codingPath: codingPath + [key])
    }

    func nest(_ child: RecipeDecoder) -> RecipeDecoder {
        nested.append(child)
        return child
    }

    func ask(_ key: String) {
        if asked?.contains(key) == false { asked?.append(key) }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .mapping(let entries) = node.content else { throw mismatch("a mapping") }
        if asked == nil { asked = [] }
        return KeyedDecodingContainer(KeyedDecoding<Key>(decoder: self, entries: entries))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let items) = node.content else { throw mismatch("a list") }
        return UnkeyedDecoding(decoder: self, items: items)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleDecoding(decoder: self)
    }
}

// Errors, each with key, what is wrong, place and remedy.
extension RecipeDecoder {
    private var path: String {
        codingPath.isEmpty ? "The recipe" : RecipeKey.path(codingPath)
    }

    func mismatch(_ expected: String) -> LimbeckError {
        LimbeckError(
            .wrongType, "\(path): expected \(expected), found \(node.found)\(node.mark)")
    }

    func missing(_ key: any CodingKey) -> LimbeckError {
        LimbeckError(
            .missingKey, "\(RecipeKey.path(codingPath + [key])): missing\(node.mark); add it")
    }

    private func scalar<Scalar: RecipeScalar>(_ type: Scalar.Type) throws -> Scalar {
        guard case .scalar(let scalar) = node.content else {
            throw mismatch(type.expectation(for: .init("")))
        }
        guard let value = Scalar(recipe: scalar) else {
            throw mismatch(type.expectation(for: scalar))
        }
        return value
    }

    private func check(_ names: [String]) throws {
        let list = "one of " + names.joined(separator: ", ")
        guard case .scalar(let scalar) = node.content, !scalar.isNull else { throw mismatch(list) }
        if names.contains(scalar.text) { return }
        let sentence = Suggestion.sentence(scalar.text, among: names, known: "Choose one of")
        throw LimbeckError(
            .unknownName, "\(path): \"\(scalar.text)\" is not known\(node.mark)\(sentence)")
    }

    /// Only what somebody wrote can be unknown; defaults of another case are merely unused.
    private func refuseUnknown() throws {
        if let asked, case .mapping(let entries) = node.content {
            for entry in entries where entry.keyMark != .unmarked && !asked.contains(entry.key) {
                let key = RecipeKey.path(codingPath + [RecipeKey(entry.key)])
                let sentence = Suggestion.sentence(entry.key, among: asked, known: "Known here")
                throw LimbeckError(
                    .unknownKey, "\(key): unknown key\(entry.keyMark)\(sentence)")
            }
        }
        for child in nested { try child.refuseUnknown() }
    }

    private func located(_ invalid: InvalidValue) -> LimbeckError {
        let keys = invalid.key.isEmpty ? [] : [RecipeKey(invalid.key)]
        let key =
            codingPath.isEmpty && keys.isEmpty
            ? "The recipe" : RecipeKey.path(codingPath + keys)
        return LimbeckError(
            invalid.code,
            "\(key): \(invalid.message)\(node.mark(at: invalid.key))\(invalid.detail)",
            cause: invalid)
    }

    private func translated(_ error: DecodingError) -> LimbeckError {
        let context: DecodingError.Context
        var code = LimbeckError.Code.wrongType
        switch error {
        case .keyNotFound(let key, _): return missing(key)
        case .typeMismatch(_, let found), .valueNotFound(_, let found): context = found
        case .dataCorrupted(let found):
            context = found
            code = .invalidValue
        @unknown default: return LimbeckError(code, "\(path): \(error)", cause: error)
        }
        let rest = context.codingPath.dropFirst(codingPath.count)
        let mark = node.mark(at: RecipeKey.path(Array(rest)))
        let key = context.codingPath.isEmpty ? path : RecipeKey.path(context.codingPath)
        return LimbeckError(
            code, "\(key): \(context.debugDescription), found \(node.found)\(mark)", cause: error)
    }
}

/// The raw values of an enumeration that lists its cases and is written as text.
private func caseNames(_ type: Any.Type) -> [String]? {
    func names<Case: CaseIterable & RawRepresentable>(_ type: Case.Type) -> [String]? {
        let raw = type.allCases.compactMap { $0.rawValue as? String }
        return raw.isEmpty ? nil : raw
    }
    guard let cases = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return names(cases)
}
