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

    func run() throws { try Listing(ModelCatalog.standard, name).show(json) }
}

struct Losses: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the distillation losses, or show one with its settings.")

    @Argument(help: "A loss's name.")
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws { try Listing(LossCatalog.standard, name).show(json) }
}

struct Methods: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the ways to distil, or show one with its settings.")

    @Argument(help: "A method's name.")
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws { try Listing(MethodCatalog.standard, name).show(json) }
}

/// The entry of a catalog, or an error that says which was probably meant.
func one<Entry: CatalogEntry>(_ name: String, of catalog: Catalog<Entry>) throws -> Entry {
    if let entry = catalog.entries.first(where: { $0.name == name }) { return entry }
    throw unknown(name, kind: Entry.kind, among: catalog.names)
}

func unknown(_ name: String, kind: String, among names: [String]) -> Failure {
    let guess = nearestName(to: name, among: names).map { "did you mean \($0)? Known" } ?? "known"
    return Failure(
        code: 1, message: "There is no \(kind) \"\(name)\"; \(guess) are \(names.joined(separator: ", ")).")
}

/// A catalog as a person or a machine reads it.
struct Listing {
    private struct Entry: Encodable {
        var name, summary: String
        var settings: String
    }
    private let entries: [Entry]
    private let isDetailed: Bool

    /// - Parameter name: of the one to show with its settings; nil lists all.
    init<Configured: ConfiguredEntry>(_ catalog: Catalog<Configured>, _ name: String?) throws {
        isDetailed = name != nil
        entries = try (name.map { [try one($0, of: catalog)] } ?? catalog.entries).map { entry in
            Entry(name: entry.name, summary: entry.summary, settings: try RecipeNode(encoding: entry.defaults).yaml)
        }
    }

    func show(_ json: Bool) throws {
        if json { return try Console.json(entries) }
        let width = entries.map(\.name.count).max() ?? 0
        for entry in entries {
            try Console.print(entry.name + String(repeating: " ", count: width + 2 - entry.name.count) + entry.summary)
            if isDetailed {
                try Console.print("\nSettings and their defaults (in a recipe, under set:)\n\n\(entry.settings)")
            }
        }
    }
}
