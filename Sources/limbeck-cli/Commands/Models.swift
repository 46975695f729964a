import ArgumentParser
import Limbeck
import LimbeckDistill
import LimbeckModels
import LimbeckSeries

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the models, or show one with its settings.")

    @Argument(help: "A model's name.")
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let all = ModelCatalog.standard.entries
        let entries = try name.map { try one($0, named: "model", among: all, \.name) } ?? all
        try Listing(entries.map { ($0.name, $0.summary, $0.defaults) }, isDetailed: name != nil, key: "set").show(json)
    }
}

struct Losses: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the distillation losses, or show one with its settings.")

    @Argument(help: "A loss's name.")
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let all = LossCatalog.standard.entries
        let entries = try name.map { try one($0, named: "loss", among: all, \.name) } ?? all
        try Listing(entries.map { ($0.name, $0.summary, $0.defaults) }, isDetailed: name != nil, key: "set").show(json)
    }
}

struct Methods: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the ways to distil, or show one with its settings.")

    @Argument(help: "A method's name.")
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let all = MethodCatalog.standard.entries
        let entries = try name.map { try one($0, named: "method", among: all, \.name) } ?? all
        try Listing(entries.map { ($0.name, $0.summary, $0.defaults) }, isDetailed: name != nil, key: "set").show(json)
    }
}

/// The entry of a catalog, or an error that says which was probably meant.
private func one<Entry>(
    _ name: String, named kind: String, among entries: [Entry], _ key: KeyPath<Entry, String>
) throws -> [Entry] {
    if let entry = entries.first(where: { $0[keyPath: key] == name }) { return [entry] }
    let names = entries.map { $0[keyPath: key] }
    let guess = nearestName(to: name, among: names).map { "did you mean \($0)? Known" } ?? "known"
    throw Failure(code: 1, message: "There is no \(kind) \"\(name)\"; \(guess) are \(names.joined(separator: ", ")).")
}

/// A catalog as a person or a machine reads it.
struct Listing {
    private struct Entry: Encodable {
        var name, summary: String
        var settings: String
    }
    private let entries: [Entry]
    private let isDetailed: Bool
    private let key: String

    init(_ entries: [(String, String, any Codable & Sendable)], isDetailed: Bool, key: String) throws {
        self.entries = try entries.map { name, summary, defaults in
            Entry(name: name, summary: summary, settings: try RecipeNode(encoding: defaults).yaml)
        }
        self.isDetailed = isDetailed
        self.key = key
    }

    func show(_ json: Bool) throws {
        if json { return try Console.json(entries) }
        let width = entries.map(\.name.count).max() ?? 0
        for entry in entries {
            try Console.print(entry.name + String(repeating: " ", count: width + 2 - entry.name.count) + entry.summary)
            if isDetailed {
                try Console.print("\nSettings and their defaults (in a recipe, under \(key):)\n\n\(entry.settings)")
            }
        }
    }
}
