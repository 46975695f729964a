import Testing

@testable import Limbeck

@Suite struct FingerprintTests {
    private func value(_ body: (inout Fingerprint) throws -> Void) rethrows -> UInt64 {
        var hash = Fingerprint()
        try body(&hash)
        return hash.value
    }

    @Test func `a configuration is told by what it encodes, in every process alike`() throws {
        /// Two settings that look the same when printed.
        struct Setting: Encodable, CustomStringConvertible {
            var rate: Double
            var description: String { "setting" }
        }
        #expect("\(Setting(rate: 1))" == "\(Setting(rate: 2))")
        let one = try value { try $0.add(encoded: Setting(rate: 1)) }
        #expect(try one != value { try $0.add(encoded: Setting(rate: 2)) })
        #expect(one == 2_059_843_519_643_919_343)
        let (first, second) = (["b": 1, "a": 2], ["a": 2, "b": 1])
        #expect(try value { try $0.add(encoded: first) } == value { try $0.add(encoded: second) })
    }

    @Test func `texts do not run together`() {
        #expect(value { $0.add(["ab", "c"]) } != value { $0.add(["a", "bc"]) })
        #expect(value { $0.add(["a"]) } != value { $0.add(["a", ""]) })
    }

    @Test func `an objective's refusal stands at the term that is refused, whatever its message names`() throws {
        // The message about the second names the first too.
        let recipe = try Recipe(
            yaml: """
                data: { dataset: auckland }
                distillation:
                  terms:
                    - { name: teachers, loss: hard }
                    - { name: "mean", loss: teacherMean, set: { weights: [1, 1] } }
                """)
        let error = #expect(throws: LimbeckError.self) { try Pipeline(recipe).run() }
        #expect(error?.message.contains("distillation.terms[1]") == true, "\(error?.message ?? "")")
    }
}
