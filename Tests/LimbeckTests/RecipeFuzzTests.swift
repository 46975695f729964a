import Testing

@testable import Limbeck

@Suite struct RecipeFuzzTests {
    /// The same on every run: splitmix64.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static func mutated(
        _ text: String, alphabet: [Character], using dice: inout Dice
    ) -> String {
        var characters = Array(text)
        for _ in 0..<Int.random(in: 1...6, using: &dice) {
            let place = Int.random(in: 0...characters.count, using: &dice)
            let end = min(characters.count, place + Int.random(in: 0...8, using: &dice))
            let piece = Array(characters[place..<end])
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: characters.removeSubrange(place..<end)
            case 1: characters.insert(contentsOf: piece, at: place)
            default: characters.insert(alphabet.randomElement(using: &dice) ?? " ", at: place)
            }
        }
        return String(characters)
    }

    @Test func `mutated recipes are read or refused in words`() {
        var dice = Dice(state: 1)
        let alphabet = Array("{}[]:,-#&*!|>'\"%@`?~ \n\t\r\u{0}\u{85}\u{FEFF}é\\0123456789.eE+_<=")
        var (read, refused) = (0, 0)
        for _ in 0..<4000 {
            let text = Self.mutated(example, alphabet: alphabet, using: &dice)
            let error = message {
                let recipe = try Recipe(yaml: text)
                #expect(try Recipe(yaml: recipe.yaml()) == recipe, "\(text)")
            }
            #expect(!error.hasPrefix("another error"), "\(error)")
            if error.isEmpty { read += 1 } else { refused += 1 }
        }
        #expect(read > 100 && refused > 1000, "\(read) \(refused)")
    }

    @Test func `mutated targets are read or refused in words`() {
        var dice = Dice(state: 2)
        let alphabet = Array("()<>=+-*/%.0123456789eE_ abhkMB≤−×\n\u{301}👩‍👧")
        let text =
            "(student.mae.h12 + 3%) <= 1.03e1 * teacher.mae and student.bytes < 200 kB or 1 > 2"
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            let mutant = Self.mutated(text, alphabet: alphabet, using: &dice)
            let error = message {
                try UntilTarget(mutant).evaluate { _ in 1 }
            }
            #expect(!error.hasPrefix("another error"), "\(error)")
            if error.isEmpty { read += 1 } else { refused += 1 }
        }
        #expect(read > 100 && refused > 1000, "\(read) \(refused)")
    }

    @Test func `depth, size and numbers do not trap`() {
        let deep = String(repeating: "(", count: 1500)
        #expect(message { try UntilTarget(deep) }.hasPrefix("too many parentheses or signs"))
        #expect(
            message { try UntilTarget(String(repeating: "-", count: 1500)) }
                .hasPrefix("too many parentheses or signs"))
        #expect(
            message { try UntilTarget(deep + deep) }.hasPrefix("a target has at most 2000"))
        #expect(message { try UntilTarget("student.mae < .") }.hasPrefix("this is not a number"))
        let chain = "1 < student.mae" + String(repeating: "+1", count: 900)
        #expect(message { try UntilTarget(chain).evaluate { _ in 1 } } == "")
        let nested =
            "data: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(message { try Recipe(yaml: nested) }.hasPrefix("Too many values or levels"))
        let deeper = "data: " + String(repeating: "[", count: 100_000)
        #expect(message { try Recipe(yaml: deeper) }.contains("not YAML"))
        let bomb = (0..<12).map { level in
            let inner = level == 0 ? "x" : "*a\(level - 1)"
            return "a\(level): &a\(level) ["
                + Array(repeating: inner, count: 8).joined(separator: ",")
                + "]"
        }
        #expect(
            message { try Recipe(yaml: bomb.joined(separator: "\n")) }
                .hasPrefix("Too many values or levels"))
        for number in ["1e400", "-1e400", "9223372036854775808", "1e18", "-0", "1_000_000", "+5"] {
            let error = message {
                try Recipe(yaml: "data: { a: 1 }\ntraining: { epochs: \(number) }")
            }
            #expect(error.isEmpty || error.hasPrefix("training.epochs: "))
        }
    }

    @Test func `any text survives writing and reading`() throws {
        var dice = Dice(state: 3)
        let alphabet: [Unicode.Scalar] =
            Array("a1:,{}[]#&*!|>'\"%@`?~ -.\n\t\r\\é😀".unicodeScalars)
            + ["\u{0}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{FFFF}", "\u{7F}"]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<8, using: &dice) {
                text.unicodeScalars.append(alphabet.randomElement(using: &dice) ?? "a")
            }
            // Foundation takes a leading one for a byte order mark.
            if text.unicodeScalars.first == "\u{FEFF}" { text = "x" + text }
            let node = try RecipeNode(encoding: ["k": [text], text + "_": [text, "b"]])
            let again = try RecipeNode(yaml: node.yaml, file: "r")
            #expect(again == node, "\(node.yaml)")
        }
    }
}
