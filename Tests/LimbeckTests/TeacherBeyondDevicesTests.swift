import Foundation
import Limbeck
import LimbeckCompute
import LimbeckEvaluation
import LimbeckModels
import LimbeckNN
import LimbeckSeries
import Testing

/// Attention over the steps of each place's history: an operation that device programs do not have.
private struct Attentive: Model {
    struct Configuration: Codable, Sendable { var width = 8 }

    let configuration: Configuration
    let shape: ForecastShape

    func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let (batch, steps, nodes) = (inputs.batch, shape.history, shape.nodes)
        // [B, T, N, 1] → [B · N, T, 1]
        let history = inputs.history.transposed([0, 2, 1, 3]).reshaped([batch * nodes, steps, shape.channels])
        let wide = Dense(configuration.width)(history, scope.child("in"))
        let found = MultiHeadAttention(heads: 2)(wide, scope.child("attention"))
        let last = found.sliced(axis: 1, start: steps - 1, length: 1).reshaped([batch * nodes, configuration.width])
        return Dense(shape.horizon)(last, scope.child("out")).reshaped([batch, nodes, 1, shape.horizon])
            .transposed([0, 3, 1, 2])
    }
}

@Suite(.serialized) struct TeacherBeyondDevicesTests {
    private static let catalog = ModelCatalog(
        ModelCatalog.standard.entries + [
            ModelEntry("attentive", "Attention over steps.", Attentive.Configuration()) {
                Attentive(configuration: $0, shape: $1.shape)
            }
        ])

    private func pipeline(_ folder: Folder, _ overrides: [String]) throws -> Pipeline {
        var pipeline = Pipeline(
            try Recipe.load(
                folder.path("recipe.yaml"),
                overrides: ["data.path=\(folder.path("counts.csv"))", "training.threads=1"] + overrides))
        pipeline.catalogs.models = Self.catalog
        pipeline.runDirectory = folder.path("run")
        return pipeline
    }

    @Test func `a teacher that no device runs is trained, scored and distilled from`() throws {
        let folder = try CommandLineFixture.folder()
        let result = try pipeline(folder, ["teacher.model=attentive", "teacher.set={}", "teacher.epochs=1"]).run()
        #expect(result.scores.value(role: .teacher, metric: "mae") != nil)
        #expect(result.scores.value(role: .teacher, metric: "latencyMicroseconds") != nil)
        // It has no file.
        #expect(result.scores.value(role: .teacher, metric: "bytes") == nil)
        #expect(FileManager.default.fileExists(atPath: result.studentPath))
    }

    @Test func `a student that no device runs is refused before data is read`() throws {
        let folder = try CommandLineFixture.folder()
        let refusal = message {
            try pipeline(folder, ["student.model=attentive", "student.set={}", "data.path=nowhere.csv"]).run()
        }
        #expect(refusal.contains("student.model: attentive cannot be a student"), "\(refusal)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }

    @Test func `every student of the catalog passes the trial`() throws {
        let folder = try CommandLineFixture.folder()
        for entry in ModelCatalog.standard.entries {
            let refusal = message {
                try pipeline(folder, ["student.model=\(entry.name)", "student.set={}", "data.path=nowhere.csv"]).run()
            }
            #expect(refusal.contains("nowhere.csv"), "\(entry.name): \(refusal)")
        }
    }
}
