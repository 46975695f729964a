import Foundation
import LimbeckImport
import Testing

@testable import Limbeck

/// The recipe of the documentation, 20 lines.
let example = """
    name: auckland
    seed: 7
    data: { dataset: auckland }
    task: { kind: forecast, history: 24, horizon: 12, train: 0.7, validation: 0.1 }
    teacher: { model: graphMixer, members: 2, epochs: 12, set: { width: 128 } }
    student: { model: stid, set: { width: 32 } }
    distillation:
      terms:
        - { name: hard, loss: hard, weight: 0.5 }
        - { name: soft, loss: softTarget, weight: { from: 1, to: 0.2, over: 10, shape: cosine } }
    training: { epochs: 30, batch: 64, learningRate: 2e-3, optimizer: sgd, clip: 5 }
    until:
      target: "student.mae <= 1.03 * teacher.mae and student.bytes < 200000"
      adjust: [moreEpochs, learningRate]
      maxTrials: 3
      maxMinutes: 12.5
    output: { directory: runs }
    """

@Suite struct RecipeTests {
    @Test func `what is written is read`() throws {
        let recipe = try Recipe(yaml: example)
        #expect(recipe.name == "auckland")
        #expect(recipe.seed == 7)
        #expect(recipe.data.text("dataset") == "auckland")
        #expect(recipe.teacher.members == 2)
        #expect(recipe.training.learningRate == 0.002)
        #expect(recipe.training.optimizer == .sgd)
        #expect(recipe.training.clip == 5)
        #expect(recipe.distillation.terms.map(\.name) == ["hard", "soft"])
        #expect(recipe.distillation.terms[0].weight == 0.5)
        #expect(
            recipe.distillation.terms[1].weight == Ramp(from: 1, to: 0.2, over: 10, shape: .cosine))
        #expect(recipe.until.adjust == [.moreEpochs, .learningRate])
        #expect(recipe.until.maxMinutes == 12.5)
    }

    @Test func `what is left out is the default`() throws {
        var expected = Recipe()
        expected.data = try RecipeNode(encoding: ["dataset": "auckland"])
        #expect(try Recipe(yaml: "data: { dataset: auckland }\ntraining:\n") == expected)
    }

    @Test func `the resolved recipe reads back equal and is stable`() throws {
        for text in [example, "data: { dataset: auckland }"] {
            let recipe = try Recipe(yaml: text)
            let resolved = try recipe.yaml()
            let again = try Recipe(yaml: resolved)
            #expect(again == recipe)
            #expect(try again.yaml() == resolved)
        }
    }

    @Test func `names of weights are read in both spellings and written in order`() throws {
        let teacher = """
              weights: a.safetensors
              names:
                head/weight: { from: fc.weight, axes: "o i -> i o" }
                a/bias: b
              ignore: ["*.running_*"]
            """
        let recipe = try Recipe(yaml: "data: { dataset: auckland }\nteacher:\n" + teacher)
        #expect(recipe.teacher.names["head/weight"] == .init("fc.weight", axes: "o i -> i o"))
        #expect(recipe.teacher.names["a/bias"] == .init("b"))
        let written = try recipe.yaml()
        let line = "  names: { a/bias: b, head/weight: { from: fc.weight, axes: \"o i -> i o\" } }\n"
        #expect(written.contains(line), "\(written)")
        #expect(try Recipe(yaml: written).teacher == recipe.teacher)
        let unknown = "data: { dataset: auckland }\nteacher: { weights: a, names: { b: { fron: c } } }"
        #expect(
            message { try Recipe(yaml: unknown) }.hasPrefix("teacher.names.b"),
            "\(message { try Recipe(yaml: unknown) })")
    }

    @Test func `the resolved default recipe, in full`() throws {
        #expect(
            try Recipe(yaml: "data: { dataset: auckland }").yaml() == """
                name: run
                seed: 1
                data:
                  dataset: auckland
                task:
                  kind: forecast
                  history: 24
                  horizon: 12
                  quantiles: []
                  distribution: free
                  stretch: false
                  metrics: []
                  event: ""
                  events: {}
                  labels: []
                  anomalies: ""
                  falseAlarms: 1.0
                  smoothing: 6
                  faults: { kinds: [], share: 0.05, oldest: 4.0, variants: 4 }
                  targets: []
                  futureCovariates: []
                  leaveOneOut: false
                  train: 0.7
                  validation: 0.1
                  impute: forward
                  scale: perNode
                  transform: identity
                  seasons: [auto]
                  profile: auto
                  graph: auto
                teacher:
                  model: graphMixer
                  file: ""
                  layout: ""
                  outputLayout: ""
                  input: scaled
                  output: scaled
                  weights: ""
                  names: {}
                  ignore: []
                  fineTune: false
                  predictions: ""
                  members: 1
                  epochs: 12
                  learningRate: 0.002
                  batch: 64
                  set: {}
                otherTeachers: []
                student:
                  model: stid
                  set: {}
                  weights: float32
                  quantizationAware: false
                distillation:
                  terms:
                    - { name: hard, loss: hard, weight: 0.5, temperature: 1.0, set: {} }
                    - { name: soft, loss: softTarget, weight: 0.5, temperature: 1.0, set: {} }
                  method: offline
                  set: {}
                contestants: []
                training:
                  epochs: 30
                  batch: 64
                  learningRate: 0.002
                  optimizer: adamW
                  weightDecay: 0.0001
                  schedule: cosine
                  warmup: 0.05
                  clip: 5.0
                  l1: 0.0
                  l2: 0.0
                  sampling: all
                  patience: 0
                  threads: 0
                until:
                  target: ""
                  adjust: [moreEpochs, termWeights, widerStudent]
                  maxTrials: 4
                  maxMinutes: 30.0
                output:
                  directory: runs

                """)
    }

    @Test func `overrides are laid over the file, in order`() throws {
        let recipe = try Recipe(
            yaml: example,
            overrides: [
                "training.epochs=1", "training.epochs=2", "until.adjust=[widerStudent]",
                "distillation.terms.soft.weight=0.25", "distillation.terms[0].temperature=3",
                "student.set.width=48", "student.set.name=a=b", "teacher.set={ depth: 3 }",
            ])
        #expect(recipe.training.epochs == 2)
        #expect(recipe.until.adjust == [.widerStudent])
        #expect(recipe.distillation.terms[1].weight == 0.25)
        #expect(recipe.distillation.terms[0].temperature == 3)
        #expect(recipe.student.set.yaml == "width: 48\nname: \"a=b\"\n")
        #expect(recipe.teacher.set.yaml == "width: 128\ndepth: 3\n")
    }

    @Test func `overrides reach the default terms`() throws {
        let recipe = try Recipe(
            yaml: "data: { dataset: auckland }", overrides: ["distillation.terms.hard.weight=0.1"])
        #expect(recipe.distillation.terms.map(\.weight) == [0.1, 0.5])
    }

    @Test func `a catalog's default has the user's part laid over it`() throws {
        struct Mixer: Codable, Equatable, ValidatedConfiguration {
            var width = 64
            var depth = 2
            var bias: Bool?

            func validate() throws {
                try InvalidValue.require(width % 8 == 0, "width") { "must be a multiple of 8" }
            }
        }
        let recipe = try Recipe(yaml: example)
        let mixer = try decode(default: Mixer(), laying: recipe.teacher.set, at: "teacher.set")
        #expect(mixer == Mixer(width: 128))
        func error(_ set: String) -> String {
            message {
                let odd = try Recipe(
                    yaml: example.replacingOccurrences(of: "width: 128", with: set))
                return try decode(default: Mixer(), laying: odd.teacher.set, at: "teacher.set")
            }
        }
        #expect(
            error("width: 12") == "teacher.set.width: must be a multiple of 8 at recipe.yaml:5:69")
        #expect(
            error("widht: 1") == """
                teacher.set.widht: unknown key at recipe.yaml:5:62; did you mean width? \
                Known here: width, depth, bias
                """)
    }

    @Test func `a case written replaces the default's case`() throws {
        enum Fill: Codable, Equatable {
            case linear
            case seasonal(period: Int)
        }
        struct Reader: Codable, Equatable {
            var fill = Fill.linear
            var columns = ["a": 1]
        }
        func read(_ text: String) throws -> Reader {
            try decode(default: Reader(), laying: RecipeNode(yaml: text, file: "r.yaml"))
        }
        #expect(try read("fill: { seasonal: { period: 24 } }").fill == .seasonal(period: 24))
        #expect(try read("columns: { b: 2 }").columns == ["b": 2])
        #expect(try read("{}") == Reader())
        #expect(
            message { try read("fill: { seasonal: { period: 1, perid: 24 } }") } == """
                fill.seasonal.perid: unknown key at r.yaml:1:32; did you mean period? \
                Known here: period
                """)
    }

    @Test func `a ramp starts, moves and stays`() {
        let linear = Ramp(from: 1, to: 0.2, over: 10)
        #expect([0, 5, 10, 11].map(linear.value) == [1, 0.6, 0.2, 0.2])
        let cosine = Ramp(from: 0, to: 1, over: 4, shape: .cosine)
        #expect(abs(cosine.value(at: 2) - 0.5) < 1e-12)
        #expect(cosine.value(at: 1) < 0.25)
        let step = Ramp(from: 0, to: 1, over: 3, shape: .step)
        #expect([0, 2.9, 3].map(step.value) == [0, 0, 1])
        #expect(Ramp(0.5).value(at: 0) == 0.5)
    }

    @Test func `a recipe made in Swift is checked like one from a file`() throws {
        var recipe = Recipe()
        recipe.data = try RecipeNode(encoding: ["dataset": "auckland"])
        #expect(try recipe.validated() == recipe)
        recipe.task.history = 0
        #expect(
            message { try recipe.validated() } == "task.history: must be at least 1, not 0")
    }

    @Test func `nodes go through JSON`() throws {
        let node = try RecipeNode(yaml: "{ a: 1, b: [x, 0.5, true, '7'], c: { d: ~ } }", file: "r")
        let data = try JSONEncoder().encode(node)
        #expect(
            try JSONDecoder().decode(RecipeNode.self, from: data).yaml == """
                a: 1
                b:
                  - x
                  - 0.5
                  - true
                  - "7"
                c:
                  d: null

                """)
    }
}
