import ArgumentParser
import Limbeck

struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "List everything that a recipe can name, by kind.")

    @Argument(help: "A kind, such as metrics; all without one.")
    var kind: String?

    @Flag(help: "Print as JSON.")
    var json = false

    private struct Kind: Encodable {
        struct Entry: Encodable { var name, summary: String }
        var name, key: String
        var entries: [Entry]
    }

    func run() throws {
        let all = Catalogs.standard.kinds
        if let kind, !all.contains(where: { $0.name == kind }) {
            throw unknown(kind, kind: "kind", among: all.map(\.name))
        }
        let kinds = all.filter { kind == nil || $0.name == kind }
        if json {
            return try Console.json(
                kinds.map { one in
                    Kind(
                        name: one.name, key: one.key,
                        entries: one.entries.map { .init(name: $0.name, summary: $0.summary) })
                })
        }
        for (index, one) in kinds.enumerated() {
            try Console.print((index > 0 ? "\n" : "") + "\(one.name) (\(one.key))")
            let width = one.entries.map(\.name.count).max() ?? 0
            for entry in one.entries {
                try Console.print("  " + entry.name.padded(to: width + 2) + entry.summary)
            }
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
