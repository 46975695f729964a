import Testing

extension CommandLineTests {
    /// `limbeck export --to coreml`.
    @Suite struct CoreMLExport {
        @Test func `a package is a folder that is replaced whole, and a run's folder is not`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            func export(_ output: String) throws -> CommandLineTool.Outcome {
                try CommandLineTool.run(["export", "run", "--to", "coreml", "--output", output], in: folder)
            }
            #expect(try export("counts.mlpackage").exitCode == 0)
            let first = try folder.bytes("counts.mlpackage/Data/com.apple.CoreML/model.mlmodel")
            #expect(try folder.text("counts.mlpackage/Manifest.json").contains("rootModelIdentifier"))
            #expect(try !folder.bytes("counts.mlpackage/Data/com.apple.CoreML/weights/weight.bin").isEmpty)
            let before = try folder.contents().keys.sorted()
            #expect(try export("counts.mlpackage").exitCode == 0)
            #expect(try folder.bytes("counts.mlpackage/Data/com.apple.CoreML/model.mlmodel") == first)
            let refused = try export("run")
            #expect(refused.exitCode == 1)
            #expect(refused.errors.contains("would be lost"))
            #expect(try folder.contents().keys.sorted() == before)
        }
    }
}
