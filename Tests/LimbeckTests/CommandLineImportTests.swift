import Foundation
import Testing

extension CommandLineTests {
    /// `limbeck import` of weights; of ONNX files see `GivenTeacherTests` and the transcripts.
    @Suite struct Import {
        @Test func `the arrays of a safetensors file, and how they fit a recipe's teacher`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            let file = "run/teacher.safetensors"
            let listed = try CommandLineTool.run(["import", file], in: folder)
            #expect(listed.exitCode == 0 && listed.output.contains("model: graphMixer"), "\(listed.errors)")
            #expect(listed.output.contains("profile/table"))
            let fits = try CommandLineTool.run(["import", file, "--recipe", "recipe.yaml"], in: folder)
            #expect(fits.exitCode == 0 && fits.output.hasSuffix("everything fits\n"), "\(fits.output) \(fits.errors)")
            let json = try CommandLineTool.run(["import", file, "--recipe", "recipe.yaml", "--json"], in: folder)
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect((object?["parameters"] as? [Any])?.count ?? 0 > 5 && (object?["unused"] as? [Any])?.isEmpty == true)
            // Of another width nothing fits but what the data decides.
            try folder.write(
                "wide.yaml", CommandLineFixture.recipe.replacingOccurrences(of: "width: 8", with: "width: 7"))
            let wide = try CommandLineTool.run(["import", file, "--recipe", "wide.yaml"], in: folder)
            #expect(wide.output.contains("missing: input/weight is ["), "\(wide.output) \(wide.errors)")
        }

        @Test func `what is no safetensors file is refused by name`() throws {
            let folder = try CommandLineFixture.folder()
            let wrong = try CommandLineTool.run(["import", "counts.csv", "--recipe", "recipe.yaml"], in: folder)
            #expect(wrong.exitCode == 2 && wrong.errors.contains("is for safetensors files"), "\(wrong.errors)")
            try folder.write("bad.safetensors", "12345678")
            let bad = try CommandLineTool.run(["import", "bad.safetensors"], in: folder)
            #expect(bad.exitCode == 1 && bad.errors.contains("bad.safetensors: This is no whole safetensors file"))
        }
    }
}
