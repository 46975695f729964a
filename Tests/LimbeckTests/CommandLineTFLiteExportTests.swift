import Testing

extension CommandLineTests {
    /// `limbeck export --to tflite`.
    @Suite struct TFLiteExport {
        @Test func `a file of TensorFlow Lite is written from a run, the same from its student`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            for (source, output) in [("run", "a.tflite"), ("run/student.limbeck", "b.tflite")] {
                let outcome = try CommandLineTool.run(
                    ["export", source, "--to", "tflite", "--output", output], in: folder)
                #expect(outcome.exitCode == 0, "\(outcome.errors)")
            }
            let bytes = try folder.bytes("a.tflite")
            #expect(Array(bytes.dropFirst(4).prefix(4)) == Array("TFL3".utf8))
            #expect(try folder.bytes("b.tflite") == bytes)
        }
    }
}
