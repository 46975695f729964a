extension RecipeNode {
    /// This node laid over `base`: mappings are joined key by key, anything else replaces.
    ///
    /// A key written without a value (`training:` and nothing below) leaves a mapping as it was.
    /// The order is the base's, then that of what is new.
    public func laid(over base: RecipeNode) -> RecipeNode {
        guard case .mapping(let old) = base.content else { return self }
        if isNull { return RecipeNode(base.content, mark: mark) }
        guard case .mapping(let new) = content else { return self }
        var entries = old
        for entry in new {
            guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
                entries.append(entry)
                continue
            }
            entries[index] = Entry(
                key: entry.key, keyMark: entry.keyMark,
                value: entry.value.laid(over: entries[index].value))
        }
        return RecipeNode(.mapping(entries), mark: mark)
    }

    /// Lays one `key.path=value` over the tree.
    ///
    /// A step of the path is a key of a mapping, or for a list an index from 0 or the `name` of
    /// an item: `distillation.terms.soft.weight=0.7`. The value is read as YAML; `{}` takes away
    /// what was written there, so that `teacher.set={}` is the model's own defaults.
    public mutating func set(_ override: String) throws {
        let mark = Mark.override(override)
        let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = Self.steps(String(parts[0]))
        guard parts.count == 2, !path.isEmpty, path.count <= 32 else {
            throw LimbeckError(
                .invalidOverride,
                "--set \(override): expected key=value, for example --set training.epochs=10")
        }
        try set(path[...], to: RecipeNode(override: String(parts[1]), mark: mark), mark: mark)
    }

    /// The node at a path such as `distillation.terms[0].weight`, or nil.
    public func node(at path: String) -> RecipeNode? {
        var node = self
        for step in Self.steps(path) {
            switch node.content {
            case .scalar: return nil
            case .mapping:
                guard let next = node[step] else { return nil }
                node = next
            case .list(let items):
                guard let index = Self.index(step, in: items) else { return nil }
                node = items[index]
            }
        }
        return node
    }

    /// Where `path` was written; where it was not, the nearest level above that was.
    public func mark(at path: String) -> Mark {
        let steps = Self.steps(path)
        for count in stride(from: steps.count, through: 0, by: -1) {
            if let mark = node(at: steps.prefix(count).joined(separator: "."))?.mark,
                mark != .unmarked
            {
                return mark
            }
        }
        return .unmarked
    }

    private mutating func set(_ path: ArraySlice<String>, to value: RecipeNode, mark: Mark) throws {
        guard let step = path.first else {
            self = value.isEmptyMapping ? value : value.laid(over: self)
            return
        }
        switch content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == step }) {
                try entries[index].value.set(path.dropFirst(), to: value, mark: mark)
                if entries[index].keyMark == .unmarked { entries[index].keyMark = mark }
            } else {
                var new = RecipeNode(.mapping([]), mark: mark)
                try new.set(path.dropFirst(), to: value, mark: mark)
                entries.append(Entry(key: step, keyMark: mark, value: new))
            }
            content = .mapping(entries)
        case .list(var items):
            guard let index = Self.index(step, in: items) else {
                let names = items.compactMap { $0.text("name") }
                let choices = names.isEmpty ? "" : " or " + names.joined(separator: ", ")
                let last = items.isEmpty ? "an empty list" : "0 to \(items.count - 1)\(choices)"
                throw LimbeckError(
                    .invalidOverride, "There is no \"\(step)\" in the list\(mark); it has \(last)")
            }
            try items[index].set(path.dropFirst(), to: value, mark: mark)
            content = .list(items)
        case .scalar:
            self = RecipeNode(.mapping([]), mark: mark)
            try set(path, to: value, mark: mark)
        }
    }

    private var isEmptyMapping: Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.isEmpty
    }

    private static func index(_ step: String, in items: [RecipeNode]) -> Int? {
        if let index = Int(step) { return items.indices.contains(index) ? index : nil }
        return items.firstIndex { $0.text("name") == step }
    }

    /// `a.b[0].c` as `a`, `b`, `0`, `c`.
    private static func steps(_ path: String) -> [String] {
        path.split { ".[]".contains($0) }.map(String.init)
    }
}
