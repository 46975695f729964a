extension RecipeNode {
    /// `value` as a tree, its keys in the order declared.
    ///
    /// - Throws: what the value's own encoding throws.
    public init(encoding value: some Encodable) throws {
        let encoder = RecipeEncoder(codingPath: [])
        try encoder.write(value)
        self = encoder.node
    }
}

/// Collects one value; containers fill it in place.
private final class RecipeEncoder: Encoder {
    private enum Storage {
        case nothing
        case node(RecipeNode)
        case list([RecipeEncoder])
        case mapping([(key: String, value: RecipeEncoder)])
    }

    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var storage = Storage.nothing

    init(codingPath: [any CodingKey]) { self.codingPath = codingPath }

    var node: RecipeNode {
        switch storage {
        case .nothing: .empty
        case .node(let node): node
        case .list(let items): RecipeNode(.list(items.map(\.node)))
        case .mapping(let entries):
            RecipeNode(.mapping(entries.map { .init(key: $0.key, value: $0.value.node) }))
        }
    }

    func write<Value: Encodable>(_ value: Value) throws {
        if let node = value as? RecipeNode {
            storage = .node(node)
        } else if let scalar = value as? any RecipeScalar {
            storage = .node(RecipeNode(.scalar(scalar.recipeScalar)))
        } else {
            try value.encode(to: self)
            if value is any Unordered, case .mapping(let entries) = storage {
                storage = .mapping(entries.sorted { $0.key < $1.key })
            }
        }
    }

    func writeNothing() { storage = .node(RecipeNode(.scalar(.init("null")))) }

    func child(_ key: any CodingKey) -> RecipeEncoder {
        let child = RecipeEncoder(codingPath: codingPath + [key])
        var entries: [(key: String, value: RecipeEncoder)] = []
        if case .mapping(let known) = storage { entries = known }
        entries.removeAll { $0.key == key.stringValue }
        entries.append((key.stringValue, child))
        storage = .mapping(entries)
        return child
    }

    func nextItem() -> RecipeEncoder {
        let child = RecipeEncoder(codingPath: codingPath + [RecipeKey(index: itemCount)])
        var items: [RecipeEncoder] = []
        if case .list(let known) = storage { items = known }
        storage = .list(items + [child])
        return child
    }

    var itemCount: Int {
        guard case .list(let items) = storage else { return 0 }
        return items.count
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .nothing = storage { storage = .mapping([]) }
        return KeyedEncodingContainer(KeyedEncoding<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .nothing = storage { storage = .list([]) }
        return UnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleEncoding(encoder: self)
    }
}

private struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: RecipeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.child(key).writeNothing() }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try encoder.child(key).write(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder.child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.child(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.child(RecipeKey("super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.child(key) }
}

private struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: RecipeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.itemCount }

    func encodeNil() { encoder.nextItem().writeNothing() }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder.nextItem().write(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        encoder.nextItem().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoder.nextItem().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.nextItem() }
}

private struct SingleEncoding: SingleValueEncodingContainer {
    let encoder: RecipeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.writeNothing() }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder.write(value) }
}

/// Whose keys come in another order in every process.
private protocol Unordered {}
extension Dictionary: Unordered where Key == String {}
