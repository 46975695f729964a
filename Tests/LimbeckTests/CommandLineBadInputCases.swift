import Foundation

/// A call that must be refused, and what its error must name.
struct BadInputCase {
    var title: String
    var arguments: [String]
    var naming: [String]
    /// Where standard output goes, when that is the matter.
    var output: String?
    /// Starts from a finished run rather than from data and recipe.
    var isAfterRun = false
    var prepare: @Sendable (Folder) throws -> Void = { _ in }

    func folder() throws -> Folder {
        let folder = try isAfterRun ? CommandLineFixture.copyOfFinished() : CommandLineFixture.folder()
        try prepare(folder)
        return folder
    }

    /// What was typed and printed. Checksums of trained weights are left out: their bits depend on the processor.
    func transcript(_ outcome: CommandLineTool.Outcome) -> String {
        let errors = outcome.errors.replacing(
            /(checksum of section [^,]*), expected \d+ but found \d+/,
            with: "checksum of a section, expected … but found …")
        let command = arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        return """
            # \(title)
            $ limbeck \(command)\(output.map { " > " + $0 } ?? "")
            \(errors)exit \(outcome.exitCode)


            """
    }

    static let all = data + recipes + runs + damage + students
}

extension BadInputCase {
    private static let run = ["run", "recipe.yaml", "--run-dir", "run", "--quiet"]

    /// A run on `counts.csv` with one of its lines, counted from 1, replaced.
    private static func line(_ number: Int, _ text: String, _ title: String, naming: [String]) -> BadInputCase {
        BadInputCase(title: title, arguments: run, naming: ["counts.csv", "line \(number)"] + naming) { folder in
            var lines = try folder.text("counts.csv").components(separatedBy: "\n")
            lines[number - 1] = text
            try folder.write("counts.csv", lines.joined(separator: "\n"))
        }
    }

    private static func file(
        _ name: String, _ text: String, _ title: String, set: String? = nil, naming: [String]
    ) -> BadInputCase {
        BadInputCase(
            title: title, arguments: run + (set.map { ["--set", $0] } ?? []), naming: [name] + naming
        ) { try $0.write(name, text) }
    }

    static let data = [
        BadInputCase(
            title: "Data: a wrong path", arguments: run + ["--set", "data.path=count.csv"],
            naming: ["count.csv", "check the path"]),
        BadInputCase(
            title: "Data: a folder instead of a file", arguments: run + ["--set", "data.path=data"],
            naming: ["data", "folder"]
        ) { try FileManager.default.createDirectory(atPath: $0.path("data"), withIntermediateDirectories: true) },
        file("counts.csv", "", "Data: an empty file", naming: ["empty"]),
        file("counts.csv", "time,north,south,harbour\n", "Data: a header and no rows", naming: ["0 rows"]),
        line(10, "2024-01-01 08:00,1,2", "Data: a ragged row", naming: ["3 cells", "4"]),
        line(10, "2024-01-01 08:00,1,abc,2", "Data: a cell that is no number", naming: ["south", "abc"]),
        line(10, "yesterday,1,2,3", "Data: a time that cannot be parsed", naming: ["time", "yesterday"]),
        line(10, "2024-01-01 08:00,1,inf,2", "Data: an infinite value", naming: ["south", "inf"]),
        file(
            "counts.csv", CommandLineFixture.csv(steps: 29), "Data: too short for one window",
            naming: ["history 24", "horizon 6", "17 steps"]),
        file(
            "graph.csv", "0,1\n1,0\n", "Adjacency: a matrix of another size", set: "data.adjacency=graph.csv",
            naming: ["2 × 2", "3 places"]),
        file(
            "graph.csv", "from,to,weight\nnorth,moon,1\n", "Adjacency: a place that is not in the data",
            set: "data.adjacency=graph.csv", naming: ["moon"]),
        file(
            "graph.csv", "0,1,0\n1,0,x\n0,0,0\n", "Adjacency: a cell that is no number",
            set: "data.adjacency=graph.csv", naming: ["line 2", "x"]),
        file(
            "places.csv", "id,latitude,longitude\nnorth,91,174\n", "Coordinates: a latitude of 91 degrees",
            set: "data.coordinates=places.csv", naming: ["line 2", "91"]),
    ]

    /// A run of the recipe with `old` replaced by `new`.
    private static func recipe(_ old: String, _ new: String, _ title: String, naming: [String]) -> BadInputCase {
        BadInputCase(title: title, arguments: run, naming: naming) { folder in
            try folder.write("recipe.yaml", CommandLineFixture.recipe.replacingOccurrences(of: old, with: new))
        }
    }

    static let recipes = [
        recipe(
            "path: counts.csv", "dataset: aukland", "Data: an embedded data set that is not there",
            naming: ["aukland", "auckland"]),
        BadInputCase(
            title: "Recipe: data in its place", arguments: ["run", "counts.csv"],
            naming: ["counts.csv", "not a recipe", "limbeck describe counts.csv"]),
        BadInputCase(
            title: "Recipe: data in its place, without a data file's name", arguments: ["run", "counts.txt"],
            naming: ["counts.txt", "not a recipe", "limbeck describe counts.txt"]
        ) { try $0.copy("counts.csv", from: $0, as: "counts.txt") },
        BadInputCase(title: "Recipe: a wrong path", arguments: ["run", "recipes.yaml"], naming: ["recipes.yaml"]),
        recipe(
            "training: { epochs: 2,", "training: { epoch: 2,", "Recipe: an unknown key",
            naming: ["training.epoch", "recipe.yaml:7:13", "did you mean epochs"]),
        recipe(
            "training: { epochs: 2,", "training: { epochs: ten,", "Recipe: a value of the wrong type",
            naming: ["training.epochs", "recipe.yaml:7:21", "whole number", "ten"]),
        recipe(
            "horizon: 6", "horizon: 0", "Recipe: a value that cannot be", naming: ["task.horizon", "recipe.yaml:4"]),
        recipe(
            "model: stid", "model: stdi", "Recipe: an unknown model",
            naming: ["student.model", "recipe.yaml:6", "stid"]),
        recipe(
            "width: 4", "wdith: 4", "Recipe: an unknown setting of a model",
            naming: ["student.set.wdith", "recipe.yaml:6", "did you mean width"]),
        recipe(
            "width: 4", "width: -4", "Recipe: a setting that a model refuses",
            naming: ["student.set", "recipe.yaml:6", "-4", "between 1 and 4096"]),
        recipe("name: tiny", "name: [tiny", "Recipe: not YAML", naming: ["recipe.yaml"]),
        recipe("data: {", "date: {", "Recipe: no data", naming: ["recipe.yaml:3", "data"]),
        recipe(
            "training:", "until: { target: student.mae <= and }\ntraining:", "Target: cannot be read",
            naming: ["until.target", "recipe.yaml:7", "character 16"]),
        recipe(
            "training:", "until: { target: student.mea <= 1 }\ntraining:", "Target: an unknown metric",
            naming: ["until.target", "mea", "did you mean mae"]),
        recipe(
            "training:", "until: { target: 2 < 1 }\ntraining:", "Target: impossible",
            naming: ["until.target", "impossible"]),
        recipe(
            "training:", "until: { target: student.mae.h12 < 9 }\ntraining:", "Target: beyond the horizon",
            naming: ["until.target", "12", "6"]),
        recipe(
            "training:", "distillation: { terms: [{ name: soft, loss: softTargets }] }\ntraining:",
            "Recipe: an unknown loss", naming: ["distillation.terms[0].loss", "softTargets", "recipe.yaml:7"]),
        BadInputCase(title: "--set without a value", arguments: run + ["--set", "training"], naming: ["key=value"]),
    ]

    static let runs = [
        BadInputCase(
            title: "Run directory: a file is in its place", arguments: run, naming: ["run is a file", "another folder"]
        ) { try $0.write("run", "mine") },
        BadInputCase(
            title: "Run directory: below a file",
            arguments: ["run", "recipe.yaml", "--run-dir", "file/run", "--quiet"], naming: ["file", "choose another"]
        ) { try $0.write("file", "mine") },
        BadInputCase(
            title: "Run directory: holds another run", arguments: run, naming: ["run", "exists", "--resume"],
            isAfterRun: true),
        BadInputCase(
            title: "Resume: no such run", arguments: ["run", "--resume", "--run-dir", "absent"], naming: ["absent"]),
        BadInputCase(
            title: "Resume: a folder that holds no run", arguments: ["run", "--resume", "--run-dir", "."],
            naming: ["recipe.yaml", "limbeck run RECIPE"]
        ) { try FileManager.default.removeItem(atPath: $0.path("recipe.yaml")) },
        BadInputCase(
            title: "Resume: with another seed",
            arguments: ["run", "--resume", "--run-dir", "run", "--quiet", "--seed", "4"],
            naming: ["teacher.ckpt", "other data or settings"], isAfterRun: true),
    ]

    private enum Damage: String, CaseIterable, Sendable {
        case truncated = "cut short", beheaded = "cut to 10 bytes", flipped = "one bit changed", emptied = "empty"

        func apply(_ name: String, in folder: Folder) throws {
            var bytes = try folder.bytes(name)
            switch self {
            case .truncated: bytes = bytes.prefix(bytes.count * 2 / 3)
            case .beheaded: bytes = bytes.prefix(10)
            case .flipped: bytes[bytes.startIndex + bytes.count / 2] ^= 0x10
            case .emptied: bytes = Data()
            }
            try folder.write(name, bytes)
        }
    }

    /// Checkpoints and soft labels of a run that is to be continued: an error, and never a silent
    /// new beginning.
    static let damage =
        [
            ("Checkpoint", "run/checkpoints/teacher.ckpt"), ("Checkpoint", "run/checkpoints/distilledStudent.ckpt"),
            ("Soft labels", "run/checkpoints/soft-labels.bin"),
        ].flatMap { kind, path in
            Damage.allCases.map { damage in
                BadInputCase(
                    title: "\(kind): \(damage.rawValue)",
                    arguments: ["run", "--resume", "--run-dir", "run", "--quiet"], naming: [path, "delete"],
                    isAfterRun: true
                ) { try damage.apply(path, in: $0) }
            }
        } + [
            BadInputCase(
                title: "Log: a line that is no event", arguments: ["run", "--resume", "--run-dir", "run", "--quiet"],
                naming: ["run/metrics.jsonl line 2", "remove"], isAfterRun: true
            ) { folder in
                var lines = try folder.text("run/metrics.jsonl").components(separatedBy: "\n")
                lines[1] = "{}"
                try folder.write("run/metrics.jsonl", lines.joined(separator: "\n"))
            }
        ]

    private static let forecast = ["forecast", "run/student.limbeck", "--input", "counts.csv"]

    private static func student(
        _ title: String, _ arguments: [String], naming: [String], output: String? = nil,
        prepare: @escaping @Sendable (Folder) throws -> Void = { _ in }
    ) -> BadInputCase {
        BadInputCase(
            title: title, arguments: arguments, naming: naming, output: output, isAfterRun: true,
            prepare: prepare)
    }

    static let students =
        Damage.allCases.map { damage in
            student("Student: \(damage.rawValue)", forecast, naming: ["run/student.limbeck"]) {
                try damage.apply("run/student.limbeck", in: $0)
            }
        } + [
            student(
                "Student: a wrong path", ["forecast", "absent.limbeck", "--input", "counts.csv"],
                naming: ["absent.limbeck"]),
            student(
                "Student: another kind of file", ["describe", "x.limbeck"], naming: ["x.limbeck", "limbeck export"]
            ) { try $0.write("x.limbeck", "time,north\n") },
            student(
                "Student: damaged, to be exported", ["export", "run", "--output", "out.limbeck"],
                naming: ["run/student.limbeck"]
            ) { try Damage.flipped.apply("run/student.limbeck", in: $0) },
            student("Forecast: a place is missing", forecast, naming: ["counts.csv", "\"south\"", "limbeck describe"]) {
                try $0.write("counts.csv", CommandLineFixture.csv(places: ["north", "harbour"]))
            },
            student(
                "Forecast: times on another clock", forecast, naming: ["counts.csv", "local times", "without offset"]
            ) {
                let text = try $0.text("counts.csv").replacingOccurrences(of: ":00,", with: ":00Z,")
                try $0.write("counts.csv", text)
            },
            student("Forecast: no reading in the whole history", forecast, naming: ["counts.csv", "24 steps"]) {
                try $0.write("counts.csv", CommandLineFixture.csv(gap: 560..<600))
            },
            student(
                "Forecast: a folder without a student", ["forecast", "empty", "--input", "counts.csv"],
                naming: ["empty"]
            ) {
                try FileManager.default.createDirectory(atPath: $0.path("empty"), withIntermediateDirectories: true)
            },
            student("Forecast: too little history", forecast, naming: ["counts.csv", "9 steps", "24"]) {
                try $0.write("counts.csv", CommandLineFixture.csv(steps: 9))
            },
            student("Forecast: data of another step", forecast, naming: ["3600", "7200"]) { folder in
                let lines = try folder.text("counts.csv").split(separator: "\n")
                let kept = [lines[0]] + lines.dropFirst().enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                try folder.write("counts.csv", kept.joined(separator: "\n") + "\n")
            },
            student(
                "Forecast: an origin beyond the data", forecast + ["--origin", "9999"],
                naming: ["--origin", "9999", "600"]),
            student(
                "Forecast: into a folder that is not there", forecast + ["--output", "absent/f.csv"],
                naming: ["absent/f.csv", "create it"]),
            student(
                "Forecast: onto a folder", forecast + ["--output", "run"], naming: ["run", "is a folder"]),
            student(
                "Full disk: a forecast's file", forecast + ["--output", "full"],
                naming: ["full: ", "disk is full", "free some space"]
            ) {
                // A link to the device that is always full.
                try FileManager.default.createSymbolicLink(
                    atPath: $0.path("full"), withDestinationPath: "/dev/full")
            },
            student(
                "Full disk: standard output", forecast, naming: ["standard output", "free some space"],
                output: "/dev/full"),
            student(
                "Compare: a folder that is no run", ["compare", "run", "run/checkpoints"],
                naming: ["run/checkpoints", "scores.json"]),
            student(
                "Compare: scores that are none", ["compare", "scores.json"], naming: ["scores.json", "not a list"]
            ) {
                try $0.write("scores.json", "[{")
            },
            student("Compare: scores of nothing", ["compare", "run", "none.json"], naming: ["none.json", "no scores"]) {
                try $0.write("none.json", "[]\n")
            },
            student(
                "Compare: runs on other data", ["compare", "run", "other.json"],
                naming: ["run and other.json", "count/h", "people/h"]
            ) {
                let text = try $0.text("run/scores.json").replacingOccurrences(of: "count/h", with: "people/h")
                try $0.write("other.json", text)
            },
            student("Describe: a wrong path", ["describe", "absent"], naming: ["absent", "check the path"]),
            student(
                "Evaluate: a share too short for one window",
                ["evaluate", "run/student.limbeck", "--input", "counts.csv", "--share", "0.005"],
                naming: ["counts.csv", "horizon 6"]),
            student("Models: an unknown name", ["models", "stdi"], naming: ["stdi", "stid"]),
        ]
}
