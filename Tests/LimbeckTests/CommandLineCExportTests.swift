import Testing

extension CommandLineTests {
    /// `limbeck export --to c`.
    @Suite struct CExport {
        private func export(_ output: String, in folder: Folder) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(["export", "run", "--to", "c", "--output", output], in: folder)
        }

        @Test func `a file's name is the name in C, its header beside it`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            let outcome = try export("firmware/counts.c", in: folder)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            let header = try folder.text("firmware/counts.h")
            #expect(header.contains("int counts_push(counts_state *state, const float *row, int64_t time);"))
            #expect(header.contains("#define COUNTS_HORIZON 6"))
            for place in CommandLineFixture.places { #expect(header.contains(": \(place)")) }
            #expect(try folder.text("firmware/counts.c").contains("#include \"counts.h\""))
        }

        @Test func `a folder gets student.c and student.h`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            #expect(try export("firmware/", in: folder).exitCode == 0)
            #expect(try export("run", in: folder).exitCode == 0)
            #expect(try folder.bytes("firmware/student.c") == folder.bytes("run/student.c"))
            #expect(try folder.text("firmware/student.h").contains("student_state"))
        }

        @Test(arguments: [("my-student.c", "my-student"), ("student.cpp", "student.cpp"), ("x.limbeck", "x.limbeck")])
        func `a name that C cannot have is said, and nothing is written`(_ output: String, _ named: String) throws {
            let folder = try CommandLineFixture.copyOfFinished()
            let before = try folder.contents().keys.sorted()
            let outcome = try export(output, in: folder)
            #expect(outcome.exitCode == 1)
            #expect(outcome.errorCount == 1)
            #expect(outcome.errors.contains(named))
            #expect(try folder.contents().keys.sorted() == before)
        }
    }
}
