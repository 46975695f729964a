/// Where a model's parameters lie in a file: from its own paths to the file's names.
public struct WeightMap: Codable, Equatable, Sendable {
    /// One of the file's arrays.
    public struct Source: Equatable, Sendable {
        public var from: String
        /// The file's axes and ours, as in einops: `o i -> i o`; empty where they are the same but for
        /// axes of one.
        public var axes: String

        public init(_ from: String, axes: String = "") {
            self.from = from
            self.axes = axes
        }
    }

    /// By path. Both may hold one `*`, for any text; dots there stand for slashes here. A path that is
    /// written out goes before one with a `*`. A path that is not here is looked for under its own name,
    /// with slashes or with dots.
    public var names: [String: Source] = [:]
    /// Arrays of the file that are left out on purpose, with `*` for any text.
    public var ignored: [String] = []

    public init(names: [String: Source] = [:], ignored: [String] = []) {
        self.names = names
        self.ignored = ignored
    }

    /// Names in the file under which a path may be, and how its axes lie.
    func candidates(_ path: String) -> [Source] {
        if let exact = names[path] { return [exact] }
        // The most particular pattern first; of two alike the earlier in the alphabet.
        let patterns = names.keys.sorted { ($1.count, $0) < ($0.count, $1) }
        for pattern in patterns {
            guard let source = names[pattern], let middle = Self.match(path, pattern) else { continue }
            let name = source.from.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
                .joined(separator: middle.dotted)
            return [Source(name, axes: source.axes)]
        }
        return path.contains("/") ? [Source(path), Source(path.dotted)] : [Source(path)]
    }

    func isIgnored(_ name: String) -> Bool { ignored.contains { name == $0 || Self.match(name, $0) != nil } }

    /// What `*` stands for; nil where the text does not fit the pattern.
    static func match(_ text: String, _ pattern: String) -> String? {
        let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, text.count >= parts[0].count + parts[1].count, text.hasPrefix(parts[0]),
            text.hasSuffix(parts[1])
        else { return nil }
        return String(text.dropFirst(parts[0].count).dropLast(parts[1].count))
    }
}

extension String {
    fileprivate var dotted: String { String(map { $0 == "/" ? "." : $0 }) }
}

/// Written as a name alone, or with axes.
extension WeightMap.Source: Codable {
    private enum Key: String, CodingKey { case from, axes }

    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self.init(name)
            return
        }
        guard let keyed = try? decoder.container(keyedBy: Key.self) else {
            throw DecodingError.typeMismatch(
                String.self,
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected an array's name or { from: NAME, axes: \"o i -> i o\" }"))
        }
        self.init(
            try keyed.decode(String.self, forKey: .from),
            axes: try keyed.decodeIfPresent(String.self, forKey: .axes) ?? "")
    }

    public func encode(to encoder: any Encoder) throws {
        if axes.isEmpty {
            var single = encoder.singleValueContainer()
            return try single.encode(from)
        }
        var keyed = encoder.container(keyedBy: Key.self)
        try keyed.encode(from, forKey: .from)
        try keyed.encode(axes, forKey: .axes)
    }
}
