import Foundation
import LimbeckData
import Testing

@testable import Limbeck

@Suite struct RecipeDocumentationTests {
    private func document(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("Documentation/\(name)"), encoding: .utf8)
    }

    /// Paths of all scalars, lists and empty mappings, with their values.
    private func leaves(_ node: RecipeNode, _ path: String = "") -> [(String, RecipeNode)] {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            return [(path, node)]
        }
        return entries.flatMap { leaves($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    /// As a recipe writes it on one line.
    private static func shown(_ node: RecipeNode) -> String {
        let inner = RecipeNode(.mapping([.init(key: "b", value: node)]))
        let outer = RecipeNode(.mapping([.init(key: "a", value: inner)]))
        return String(outer.yaml.dropFirst("a:\n  b: ".count).dropLast())
    }

    @Test func `every key is documented with its default`() throws {
        let text = try document("Recipes.md")
        let keys =
            leaves(try RecipeNode(encoding: Recipe()))
            + leaves(try RecipeNode(encoding: DataSource()), "data")
            + leaves(try RecipeNode(encoding: Recipe.Term()), "distillation.terms[]")
            + leaves(try RecipeNode(encoding: Recipe.Contestant()), "contestants[]")
            + leaves(try RecipeNode(encoding: Ramp(from: 1, to: 0, over: 2)))
        let required = [
            "data", "distillation.terms[].name", "distillation.terms[].loss", "contestants[].name", "from", "to",
            "over",
        ]
        for (key, value) in keys where key != "distillation.terms" {
            let shown = Self.shown(value)
            let expected =
                required.contains(key) ? "required" : shown == "\"\"" ? "none" : "`\(shown)`"
            #expect(
                text.contains("\n| `\(key)` | \(expected) | "),
                "\(key) with its default \(expected) is not in Recipes.md")
        }
        let documented = text.matches(of: /\n\| `([^`]+)` \|/).map { String($0.1) }
        #expect(Set(documented) == Set(keys.map(\.0)), "a documented key is not one")
    }

    @Test func `the recipes of the documentation are recipes of at most 25 lines`() throws {
        let text = try document("Recipes.md")
        let start = try #require(text.range(of: "```yaml\n"))
        let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
        let recipe = String(text[start.upperBound..<end.lowerBound])
        #expect(recipe.split(separator: "\n").count <= 25)
        #expect(message { try Recipe(yaml: recipe) } == "")
    }

    @Test func `every role, metric, cost and adjustment is documented`() throws {
        let until = try document("Until.md")
        let known = UntilVocabulary.standard
        for name in known.roles + known.metrics + known.costs {
            #expect(until.contains("`\(name)`"), "\(name)")
        }
        let recipes = try document("Recipes.md")
        for adjustment in Adjustment.allCases {
            #expect(recipes.contains("`\(adjustment.rawValue)`"))
        }
    }
}
