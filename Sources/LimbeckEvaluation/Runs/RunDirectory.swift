import Foundation
import LimbeckFiles
import LimbeckSeries

/// One run's folder: `runs/<name>-<UTC time>/` with everything the run was and found.
///
/// Files in it appear whole or not at all, see ``AtomicFile``.
public struct RunDirectory: Hashable, Sendable {
    /// The fixed names inside a run's folder.
    public enum File: String, Sendable, CaseIterable {
        case recipe = "recipe.yaml"
        case events = "metrics.jsonl"
        case scores = "scores.json"
        case comparison = "comparison.json"
        case report = "report.html"
        case trials = "trials.json"
        /// What the student alone does without each source of covariates.
        case leftOut = "left-out.json"
        case student = "student.limbeck"
        /// Parameters by path, for other tools and for later runs.
        case studentWeights = "student.safetensors"
        case teacherWeights = "teacher.safetensors"
        case checkpoints
        case tensorBoard = "tensorboard"
    }

    public let path: String

    /// Creates the folder, and `parent` too where needed; a second run in the same second gets
    /// `-2` appended. `now` is in seconds since 1970. Throws `unwritable` with path and remedy.
    public init(
        creating name: String, in parent: String = "runs", now: Double = WallClock.now
    ) throws {
        let base = "\(parent)/\(Self.plain(name))-\(Self.stamp(now))"
        var path = base
        var attempt = 1
        while FileManager.default.fileExists(atPath: path) {
            attempt += 1
            path = "\(base)-\(attempt)"
        }
        self.path = path
        try Folder.create(path)
    }

    /// A run's folder at exactly `path`. Throws `unwritable` when something is there already.
    public init(creatingAt path: String) throws {
        var isFolder = ObjCBool(false)
        guard !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError(
                .unwritable,
                isFolder.boolValue
                    ? "\(path) exists already; name another folder, or continue that run with --resume"
                    : "\(path) is a file, so no run can be kept there; name another folder")
        }
        self.path = path
        try Folder.create(path)
    }

    /// An existing run, for resuming and reading. Throws `unreadable` when it is no folder.
    public init(opening path: String) throws {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw FileError(
                .unreadable,
                "\(path) is not the folder of a run; give the folder that holds metrics.jsonl")
        }
        self.path = path
    }

    public func path(of file: File) -> String { "\(path)/\(file.rawValue)" }

    /// Writes `text` whole. Throws `unwritable`.
    public func write(_ text: String, to file: File) throws {
        try AtomicFile.write(path(of: file), text: text)
    }

    public func write(_ bytes: [UInt8], to file: File) throws {
        try AtomicFile.write(path(of: file), bytes: bytes)
    }

    /// Opens `metrics.jsonl` for appending; see ``EventLog/init(path:keep:)``.
    public func eventLog(keep: (TrainingEvent) -> Bool = { _ in true }) throws -> EventLog {
        try EventLog(path: path(of: .events), keep: keep)
    }

    /// A TensorBoard writer for one model, in a folder of its own so that TensorBoard lays the
    /// models' curves over one another. `resumingAt` discards what an earlier session logged from
    /// that epoch on.
    public func tensorBoard(for role: Role, resumingAt step: Int? = nil) throws -> TensorBoardWriter {
        let folder = "\(path(of: .tensorBoard))/\(role.rawValue)"
        try Folder.create(folder)
        return try TensorBoardWriter(folder: folder, resumingAt: step)
    }

    /// Creates and returns `checkpoints/`. Throws `unwritable`.
    public func checkpointFolder() throws -> String {
        let folder = path(of: .checkpoints)
        try Folder.create(folder)
        return folder
    }

    /// `20240521T093000Z`
    static func stamp(_ seconds: Double) -> String {
        let fields = CalendarFields(Int64(seconds))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(fields.year)\(two(fields.month))\(two(fields.day))"
            + "T\(two(fields.hour))\(two(fields.minute))\(two(fields.second))Z"
    }

    /// Letters, digits, `-`, `_` and `.`; everything else becomes `-`.
    static func plain(_ name: String) -> String {
        let kept = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
        let trimmed = kept.drop { $0 == "." || $0 == "-" }
        return trimmed.isEmpty ? "run" : String(trimmed.prefix(80))
    }
}
