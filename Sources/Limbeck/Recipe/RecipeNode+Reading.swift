import Foundation
import Yams

extension RecipeNode {
    /// Larger files are refused: a recipe is read by people.
    static let largestFile = 1 << 20
    /// Guards against documents that multiply through aliases.
    static let mostNodes = 100_000

    /// Reads YAML text.
    ///
    /// - Parameters:
    ///   - text: the whole document; one mapping, list or scalar.
    ///   - file: the name that errors give.
    /// - Throws: `LimbeckError` with line and column: not YAML, a key written twice, a key that
    ///   is not text, or nothing written at all.
    public init(yaml text: String, file: String) throws {
        self = try Self.read(text, marking: { .file(file, line: $0, column: $1) }, name: file)
    }

    /// Reads a file.
    public init(contentsOf path: String) throws {
        self = try Self(yaml: Self.fileText(path), file: path)
    }

    /// Reads the value of a `--set`; text that is not YAML is taken as it stands.
    init(override value: String, mark: Mark) {
        let parsed = try? Self.read(value, marking: { _, _ in mark }, name: "")
        self = parsed ?? RecipeNode(.scalar(.init(value, quoted: !value.isEmpty)), mark: mark)
    }

    private static func fileText(_ path: String) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw LimbeckError(
                .fileMissing, "\(path): there is no such file; check the path to the recipe")
        }
        if isFolder.boolValue {
            throw LimbeckError(.fileUnreadable, "\(path): is a folder; name the recipe file in it")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw LimbeckError(
                .fileUnreadable, "\(path): cannot be read; check its permissions", cause: error)
        }
        guard data.count <= largestFile else {
            throw LimbeckError(
                .fileUnreadable,
                "\(path): is \(data.count) bytes, a recipe has at most \(largestFile); "
                    + "is this the data file?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw LimbeckError(
                .fileUnreadable, "\(path): is not UTF-8 text; save the recipe as UTF-8")
        }
        return text
    }

    private static func read(
        _ text: String, marking: @escaping (Int, Int) -> Mark, name: String
    ) throws -> RecipeNode {
        let root: Yams.Node?
        do {
            root = try Yams.Parser(yaml: text).singleRoot()
        } catch let error as YamlError {
            throw syntaxError(error, in: text, file: name)
        }
        guard let root else {
            throw LimbeckError(
                .syntax, "\(name): is empty; write at least data: { dataset: auckland }")
        }
        var converter = Converter(marking: marking, file: name)
        return try converter.node(root, depth: 0)
    }
}

/// From Yams' tree to ours.
private struct Converter {
    let marking: (Int, Int) -> RecipeNode.Mark
    let file: String
    var count = 0

    mutating func node(_ node: Yams.Node, depth: Int) throws -> RecipeNode {
        count += 1
        let mark = mark(node)
        guard count <= RecipeNode.mostNodes, depth < 64 else {
            throw LimbeckError(
                .syntax, "Too many values or levels\(mark); a recipe nests a few levels deep")
        }
        switch node {
        case .scalar(let scalar):
            let quoted =
                switch scalar.style {
                case .singleQuoted, .doubleQuoted, .literal, .folded: true
                case .any, .plain: false
                }
            return RecipeNode(.scalar(.init(scalar.string, quoted: quoted)), mark: mark)
        case .sequence(let sequence):
            return RecipeNode(
                .list(try sequence.map { try self.node($0, depth: depth + 1) }), mark: mark)
        case .mapping(let mapping):
            var entries: [RecipeNode.Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key else {
                    throw LimbeckError(.syntax, "A key is not plain text\(self.mark(key))")
                }
                if let first = entries.first(where: { $0.key == scalar.string }) {
                    throw LimbeckError(
                        .syntax,
                        "\(scalar.string): written twice, first\(first.keyMark) and "
                            + "again\(self.mark(key)); keep one")
                }
                entries.append(
                    .init(
                        key: scalar.string, keyMark: self.mark(key),
                        value: try self.node(value, depth: depth + 1)))
            }
            return RecipeNode(.mapping(entries), mark: mark)
        case .alias:
            throw LimbeckError(.syntax, "An alias leads nowhere\(mark); write the value out")
        }
    }

    private func mark(_ node: Yams.Node) -> RecipeNode.Mark {
        node.mark.map { marking($0.line, $0.column) } ?? .unmarked
    }
}

private func syntaxError(_ error: YamlError, in text: String, file: String) -> LimbeckError {
    func located(_ problem: String, _ mark: Yams.Mark) -> LimbeckError {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : ""
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        let remedy =
            indent.contains("\t")
            ? "indent with spaces, YAML takes no tabs"
            : "check indentation, brackets, quotes and the space after each colon"
        let snippet = RecipeNode.caret(line, at: mark.column - 1)
        return LimbeckError(
            .syntax,
            "\(file):\(mark.line):\(mark.column): not YAML: \(problem); \(remedy)\(snippet)",
            cause: error)
    }
    switch error {
    case .scanner(let context, let problem, let mark, _),
        .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        return located([context?.text, problem].compactMap(\.self).joined(separator: ", "), mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
        let key = duplicates.first ?? "A key"
        return LimbeckError(
            .syntax,
            "\(key): written twice, first at \(file):\(context.mark.line):\(context.mark.column); "
                + "keep one",
            cause: error)
    case .reader(let problem, let offset, _, _):
        let before = text.prefix(offset ?? 0)
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return LimbeckError(
            .syntax, "\(file):\(line):\(column): not YAML: \(problem); remove the character",
            cause: error)
    default:
        return LimbeckError(.syntax, "\(file): not YAML: \(error)", cause: error)
    }
}

extension RecipeNode {
    /// Two indented lines: the text, and a caret under the character at `offset` (from 0).
    static func caret(_ line: String, at offset: Int) -> String {
        let shown = line.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        let gap = String(repeating: " ", count: max(0, min(offset, shown.count)))
        return "\n  \(String(shown))\n  \(gap)^"
    }
}
