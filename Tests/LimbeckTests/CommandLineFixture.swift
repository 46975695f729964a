import Foundation
import Testing

/// Tests of the executable as people run it. One at a time: each is a process that uses every core.
@Suite(.serialized) struct CommandLineTests {}

/// A small data set, a recipe of a second, and a run that others read.
enum CommandLineFixture {
    static let places = ["north", "south", "harbour"]

    /// `steps` hours at three places with a daily and a weekly cycle and noise from a fixed seed.
    static func csv(steps: Int = 600, places: [String] = places, firstHour: Int = 0, gap: Range<Int> = 0..<0) -> String
    {
        var rows = ["time," + places.joined(separator: ",")]
        for step in 0..<steps {
            let hour = firstHour + step
            let cells = places.map { place -> String in
                if gap.contains(step) { return "" }
                let index = Double(CommandLineFixture.places.firstIndex(of: place) ?? 7)
                var noise = UInt64(hour * 31) &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
                noise = (noise ^ (noise >> 31)) &* 0xBF58_476D_1CE4_E5B9
                let value =
                    100 * (1 + 0.2 * index) + 60 * sin((Double(hour % 24) + index) * .pi / 12)
                    + 10 * Double((hour / 24) % 7) + 9 * Double(noise >> 40) / Double(1 << 24)
                return String(format: "%.2f", value)
            }
            rows.append(time(hour) + "," + cells.joined(separator: ","))
        }
        return rows.joined(separator: "\n") + "\n"
    }

    /// Hours after the first of January 2024.
    static func time(_ hour: Int) -> String {
        String(format: "2024-01-%02d %02d:00", 1 + hour / 24, hour % 24)
    }

    static let recipe = """
        name: tiny
        seed: 3
        data: { path: counts.csv, unit: count/h }
        task: { history: 24, horizon: 6, train: 0.6, validation: 0.2 }
        teacher: { model: graphMixer, epochs: 2, batch: 16, set: { width: 8, blocks: 1 } }
        student: { model: stid, set: { width: 4, blocks: 1 } }
        training: { epochs: 2, batch: 16 }

        """

    /// With `counts.csv` and `recipe.yaml`.
    static func folder() throws -> Folder {
        let folder = try Folder()
        try folder.write("counts.csv", csv())
        try folder.write("recipe.yaml", recipe)
        return folder
    }

    /// A run that ended, in `run/` beside its recipe and data. Made once, never written to.
    static func finished() throws -> Folder { try finishedOnce.get() }

    private static let finishedOnce = Result<Folder, any Error> {
        let folder = try CommandLineFixture.folder()
        let outcome = try CommandLineTool.run(
            ["run", "recipe.yaml", "--run-dir", "run", "--threads", "1"], in: folder)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return folder
    }

    /// A copy of that run, to be damaged.
    static func copyOfFinished() throws -> Folder {
        let folder = try CommandLineFixture.folder()
        try folder.copy("run", from: finished())
        return folder
    }
}

/// Committed text that the executable must print again, letter by letter.
enum Transcript {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    /// Compares; with LIMBECK_RECORD=1 in the environment it writes the file instead, to be read
    /// and committed.
    static func check(_ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["LIMBECK_RECORD"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return try Data(text.utf8).write(to: file)
        }
        let committed = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let (old, new) = (lines(committed), lines(text))
        let line =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        #expect(
            committed == text,
            """
            \(name), line \(line + 1): committed is
            \(line < old.count ? old[line] : "(nothing)")
            and printed was
            \(line < new.count ? new[line] : "(nothing)")
            If the change is meant, record it: LIMBECK_RECORD=1 swift test --filter CommandLine
            """, sourceLocation: sourceLocation)
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
