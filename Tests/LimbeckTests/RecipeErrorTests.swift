import Foundation
import Testing

@testable import Limbeck

@Suite struct RecipeErrorTests {
    /// What a recipe with this text after its data is refused with.
    private func refusal(_ text: String, _ overrides: [String] = []) -> String {
        message { try Recipe(yaml: "data: { dataset: auckland }\n" + text, overrides: overrides) }
    }

    @Test func `wrong types name key, place, what was found and what is expected`() {
        let cases: [(String, String)] = [
            (
                "training: { epochs: ten }",
                "training.epochs: expected a whole number, found \"ten\" at recipe.yaml:2:21"
            ),
            (
                "training: { epochs: 1.5 }",
                "training.epochs: expected a whole number, found 1.5 at recipe.yaml:2:21"
            ),
            (
                "training: { epochs: '10' }",
                """
                training.epochs: expected a whole number, found "10" in quotes at recipe.yaml:2:21
                """
            ),
            (
                "training:\n  epochs:\n",
                "training.epochs: expected a whole number, found nothing at recipe.yaml:3:10"
            ),
            (
                "seed: -1",
                """
                seed: expected a whole number from 0 to 18446744073709551615, found -1 \
                at recipe.yaml:2:7
                """
            ),
            (
                "task: { train: [0.7] }",
                "task.train: expected a number, found a list at recipe.yaml:2:16"
            ),
            (
                "training: { learningRate: nan }",
                "training.learningRate: expected a number, found \"nan\" at recipe.yaml:2:27"
            ),
            (
                "training: { learningRate: 0x10 }",
                "training.learningRate: expected a number, found \"0x10\" at recipe.yaml:2:27"
            ),
            ("task: 3", "task: expected a mapping, found 3 at recipe.yaml:2:7"),
            (
                "until: { adjust: moreEpochs }",
                "until.adjust: expected a list, found \"moreEpochs\" at recipe.yaml:2:18"
            ),
            ("name: { a: 1 }", "name: expected text, found a mapping at recipe.yaml:2:7"),
            (
                "distillation: { terms: [{ name: a, loss: b, weight: heavy }] }",
                """
                distillation.terms[0].weight: expected a number or { from: 1, to: 0.2, over: 10 }, \
                found "heavy" at recipe.yaml:2:53
                """
            ),
            (
                "student: { set: wide }",
                "student.set: expected a mapping, found \"wide\" at recipe.yaml:2:17"
            ),
        ]
        for (text, expected) in cases { #expect(refusal(text) == expected) }
    }

    @Test func `unknown keys name the nearest and all known`() {
        #expect(
            refusal("traning: { epochs: 1 }") == """
                traning: unknown key at recipe.yaml:2:1; did you mean training? Known here: \
                name, seed, data, task, teacher, otherTeachers, student, distillation, contestants, training, until, output
                """)
        #expect(
            refusal("training: { learning_rate: 1 }") == """
                training.learning_rate: unknown key at recipe.yaml:2:13; did you mean \
                learningRate? Known here: epochs, batch, learningRate, optimizer, weightDecay, schedule, warmup, \
                clip, l1, l2, sampling, patience, threads
                """)
        #expect(
            refusal("output: { colour: red }")
                == "output.colour: unknown key at recipe.yaml:2:11. Known here: directory")
        #expect(
            refusal("distillation: { terms: [{ name: a, loss: b, wieght: 1 }] }") == """
                distillation.terms[0].wieght: unknown key at recipe.yaml:2:45; did you mean \
                weight? Known here: name, loss, weight, temperature, set
                """)
        #expect(
            refusal("", ["training.epoch=3"]) == """
                training.epoch: unknown key in --set training.epoch=3; did you mean epochs? \
                Known here: epochs, batch, learningRate, optimizer, weightDecay, schedule, warmup, \
                clip, l1, l2, sampling, patience, threads
                """)
    }

    @Test func `the data section is read by its source, with places`() throws {
        func refusal(_ data: String) -> String {
            message { try Recipe(yaml: "data: " + data).dataSource() }
        }
        #expect(refusal("{ dataset: auckland }") == "")
        #expect(
            refusal("auckland")
                == "data: expected a mapping, found \"auckland\" at recipe.yaml:1:7")
        #expect(
            refusal("{ path: a.csv, format: csvwide }") == """
                data.format: "csvwide" is not known at recipe.yaml:1:30; did you mean csvWide? \
                Choose one of: auto, csvWide, csvLong, parquet, npy, npz
                """)
        #expect(
            refusal("{ path: a.csv, zome: UTC }").hasPrefix(
                "data.zome: unknown key at recipe.yaml:1:22; did you mean zone? Known here: dataset"
            ))
    }

    @Test func `unknown names list the choices`() throws {
        #expect(
            refusal("training: { optimizer: adam_w }") == """
                training.optimizer: "adam_w" is not known at recipe.yaml:2:24; did you mean adamW? \
                Choose one of: adam, adamW, sgd
                """)
        #expect(
            refusal("task: { kind: [] }")
                == "task.kind: expected one of forecast, classify, detect, found a list at recipe.yaml:2:15")
        let recipe = try Recipe(yaml: example)
        #expect(
            message { try recipe.check("stid", among: ["stib", "tide"], at: "student.model") }
                == """
                student.model: "stid" is not known at recipe.yaml:6:19; did you mean stib? \
                Choose one of: stib, tide
                """)
        #expect(
            recipe.error(at: "task.impute", "needs a period").message
                == "task.impute: needs a period at recipe.yaml:4:7")
    }

    @Test func `impossible values are refused`() {
        let cases: [(String, String)] = [
            (
                "training: { epochs: -3 }",
                "training.epochs: must be at least 1, not -3 at recipe.yaml:2:21"
            ),
            ("task: { history: 0 }", "task.history: must be at least 1, not 0 at recipe.yaml:2:18"),
            (
                "task: { train: 0.9, validation: 0.1 }",
                """
                task.validation: train 0.9 and validation 0.1 leave nothing to test on; \
                their sum must be below 1 at recipe.yaml:2:33
                """
            ),
            (
                "task: { train: 1 }",
                "task.train: must lie between 0 and 1, not 1.0 at recipe.yaml:2:16"
            ),
            (
                """
                distillation:
                  terms:
                    - { name: hard, loss: hard, weight: 0 }
                    - { name: soft, loss: softTarget, weight: 0.0 }
                """,
                """
                distillation.terms: every weight is 0, so nothing would be learned; raise one \
                at recipe.yaml:4:5
                """
            ),
            (
                "distillation: { terms: [] }",
                """
                distillation.terms: is empty; a student needs at least one term, such as \
                { name: hard, loss: hard } at recipe.yaml:2:24
                """
            ),
            (
                "distillation: { terms: [{ name: a, loss: b }, { name: a, loss: c }] }",
                """
                distillation.terms[1].name: "a" names two terms; give each its own name \
                at recipe.yaml:2:55
                """
            ),
            (
                "distillation: { terms: [{ loss: b }] }",
                "distillation.terms[0].name: missing; name the term at recipe.yaml:2:25"
            ),
            (
                "distillation: { terms: [{ name: a, loss: b, temperature: 0 }] }",
                "distillation.terms[0].temperature: must be above 0, not 0.0 at recipe.yaml:2:58"
            ),
            (
                "distillation: { terms: [{ name: a, loss: b, weight: { from: 1, to: 0 } }] }",
                "distillation.terms[0].weight.over: missing at recipe.yaml:2:53; add it"
            ),
            (
                "training: { clip: 1e-300 }",
                "training.clip: is 1e-300, which single precision cannot hold; choose a number from 1e-38 to 1e38 "
                    + "at recipe.yaml:2:19"
            ),
            (
                "training: { clip: .inf }",
                "training.clip: must be at least 0, not inf at recipe.yaml:2:19"
            ),
            (
                "name: ../up",
                """
                name: "../up" cannot name a folder; use letters, digits, - and _ at recipe.yaml:2:7
                """
            ),
            (
                "until: { target: 1 < student.mae, adjust: [] }",
                """
                until.adjust: is empty, so every trial would be the same; choose from moreEpochs, \
                learningRate, termWeights, widerStudent, or set maxTrials to 1 at recipe.yaml:2:43
                """
            ),
        ]
        for (text, expected) in cases { #expect(refusal(text) == expected) }
    }

    @Test func `targets point at the character, in the file and in the text`() {
        #expect(
            refusal("until:\n  target: student.mae <= and teacher.mae") == """
                until.target: expected a number or a metric such as student.mae, found "and" \
                (character 16) at recipe.yaml:3:11
                  student.mae <= and teacher.mae
                                 ^
                """)
        #expect(
            refusal("until:\n  target: 3 > student.maee") == """
                until.target: unknown metric "maee"; did you mean mae? Known here: mae, rmse, \
                wape, mape, crps, coverage, logLoss, averagePrecisionPlanted, vusPR, eventF1, eventRecall, falseAlarmsPerDay, delay, \
                averagePrecision, averagePrecisionOnset, rocAUC, accuracy, f1, f1Macro, \
                alarmsPerDay, parameters, flops, bytes, latencyMicroseconds (character 13) \
                at recipe.yaml:3:11
                  3 > student.maee
                              ^
                """)
        #expect(
            refusal("until: { target: 3 > student.mae.h13 }") == """
                until.target: student.mae.h13 lies beyond task.horizon, which is 12 (character 5) \
                at recipe.yaml:2:18
                  3 > student.mae.h13
                      ^
                """)
        #expect(
            refusal("until: { target: 1 > 2 }") == """
                until.target: impossible target, no student can meet it (character 1) \
                at recipe.yaml:2:18
                  1 > 2
                  ^
                """)
    }

    @Test func `text that is not YAML is refused with line and column`() {
        #expect(
            message { try Recipe(yaml: "data: { dataset: auckland\ntask: {}\n") } == """
                recipe.yaml:2:5: not YAML: while parsing a flow mapping, did not find expected \
                ',' or '}'; check indentation, brackets, quotes and the space after each colon
                  task: {}
                      ^
                """)
        #expect(
            message { try Recipe(yaml: "data:\n\tdataset: auckland\n") } == """
                recipe.yaml:2:1: not YAML: while scanning for the next token, found character that \
                cannot start any token; indent with spaces, YAML takes no tabs
                   dataset: auckland
                  ^
                """)
        #expect(
            refusal("seed: 1\nseed: 2") == "seed: written twice, first at recipe.yaml:2:1; keep one"
        )
        #expect(refusal("[1]: 2") == "A key is not plain text at recipe.yaml:2:1")
        #expect(refusal("a: *b").hasPrefix("recipe.yaml:2:4: not YAML: found undefined alias"))
    }

    @Test func `nothing to read is refused`() {
        #expect(
            message { try Recipe(yaml: "# nothing\n") }
                == "recipe.yaml: is empty; write at least data: { dataset: auckland }")
        #expect(
            message { try Recipe(yaml: "name: a") } == """
                data: missing at recipe.yaml:1:1; write data: { dataset: auckland } \
                or data: { path: counts.csv }
                """)
        #expect(
            message { try Recipe(yaml: "- 1") }
                == "recipe.yaml: expected keys such as data: and task:, found a list")
    }

    @Test func `files that cannot be read are refused`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "limbeck-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func refusal(_ bytes: [UInt8]?) throws -> String {
            let path = folder.appendingPathComponent("r.yaml").path
            try bytes.map { try Data($0).write(to: URL(fileURLWithPath: path)) }
            return message { try Recipe.load(path) }
                .replacingOccurrences(of: folder.path, with: "/here")
        }
        #expect(
            try refusal(nil)
                == "/here/r.yaml: there is no such file; check the path to the recipe")
        #expect(
            try refusal([]) == "/here/r.yaml: is empty; write at least data: { dataset: auckland }")
        #expect(
            try refusal([0x61, 0x3A, 0xFF])
                == "/here/r.yaml: is not UTF-8 text; save the recipe as UTF-8")
        #expect(
            try refusal([UInt8](repeating: 0x20, count: 2_000_000)) == """
                /here/r.yaml: is 2000000 bytes, a recipe has at most 1048576; is this the data file?
                """)
        #expect(
            message { try Recipe.load(folder.path) }
                == "\(folder.path): is a folder; name the recipe file in it")
        #expect(try refusal(Array(example.utf8)) == "")
        #expect(try refusal([0xEF, 0xBB, 0xBF] + Array(example.utf8)) == "")
    }

    @Test func `overrides that are none are refused`() {
        #expect(
            refusal("", ["training.epochs"]) == """
                --set training.epochs: expected key=value, for example --set training.epochs=10
                """)
        #expect(refusal("", ["=3"]).hasPrefix("--set =3: expected key=value"))
        #expect(refusal("", [""]).hasPrefix("--set : expected key=value"))
        #expect(
            refusal("", ["distillation.terms.sotf.weight=1"]) == """
                There is no "sotf" in the list in --set distillation.terms.sotf.weight=1; \
                it has 0 to 1 or hard, soft
                """)
        #expect(
            refusal("", ["training.epochs=ten"]) == """
                training.epochs: expected a whole number, found "ten" in --set training.epochs=ten
                """)
        #expect(
            refusal("", ["seed.x=1"])
                == "seed: expected a whole number, found a mapping in --set seed.x=1")
    }
}
