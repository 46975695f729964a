struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: RecipeDecoder
    let entries: [RecipeNode.Entry]

    var codingPath: [any CodingKey] { decoder.codingPath }

    /// What was written, or the default when nothing was: so a case written by the user replaces
    /// the case of the default, and a dictionary the default's dictionary.
    var allKeys: [Key] {
        let written = entries.filter { $0.keyMark != .unmarked }
        return (written.isEmpty ? entries : written).compactMap {
            decoder.ask($0.key)
            return Key(stringValue: $0.key)
        }
    }

    func contains(_ key: Key) -> Bool {
        decoder.ask(key.stringValue)
        return entries.contains { $0.key == key.stringValue }
    }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try child(key).value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder.nest(child(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.nest(child(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try child(RecipeKey("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }

    private func child(_ key: any CodingKey) throws -> RecipeDecoder {
        decoder.ask(key.stringValue)
        guard let entry = entries.first(where: { $0.key == key.stringValue }) else {
            throw decoder.missing(key)
        }
        return decoder.child(key, entry.value)
    }
}

struct UnkeyedDecoding: UnkeyedDecodingContainer {
    let decoder: RecipeDecoder
    let items: [RecipeNode]
    private(set) var currentIndex = 0

    init(decoder: RecipeDecoder, items: [RecipeNode]) {
        self.decoder = decoder
        self.items = items
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, items[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try child().value(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try decoder.nest(child()).container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder.nest(child()).unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let child = try child()
        currentIndex += 1
        return child
    }

    private func child() throws -> RecipeDecoder {
        let key = RecipeKey(index: currentIndex)
        guard !isAtEnd else { throw decoder.missing(key) }
        return decoder.child(key, items[currentIndex])
    }
}

struct SingleDecoding: SingleValueDecodingContainer {
    let decoder: RecipeDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.node.isNull }

    /// Scalars are read here; anything else reads itself once more from the same node.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.nest(RecipeDecoder(decoder.node, codingPath: decoder.codingPath)).value(type)
    }
}
