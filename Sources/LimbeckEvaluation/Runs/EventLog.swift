import Foundation
import LimbeckFiles

/// Appends training events to `metrics.jsonl`: one JSON object a line, keys sorted.
///
/// A loss that is no number is written as `"NaN"`, `"Infinity"` or `"-Infinity"`, never dropped.
/// A line reaches the file whole: what a full disk cuts short is taken back.
public final class EventLog {
    public let path: String
    private let file: AppendFile

    /// Opens or creates the log. An unfinished last line, left by a crash, is removed, and so are
    /// the events for which `keep` is false: on resuming, those after the checkpoint.
    ///
    /// Throws `unwritable`, `unreadable`, or `malformed` with the line's number.
    public init(path: String, keep: (TrainingEvent) -> Bool = { _ in true }) throws {
        self.path = path
        if FileManager.default.fileExists(atPath: path) {
            let events = try Self.read(path)
            let kept = events.filter(keep)
            let text = try kept.map(Self.line).joined()
            if try FileBytes.read(path) != Array(text.utf8) {
                try AtomicFile.write(path, text: text)
            }
        }
        file = try AppendFile(path)
    }

    /// Throws `unwritable`, for example on a full disk.
    public func append(_ event: TrainingEvent) throws {
        try file.append(Array(Self.line(event).utf8))
    }

    /// All whole events in order. Throws `unreadable`, or `malformed` with the line's number.
    public static func read(_ path: String) throws -> [TrainingEvent] {
        let bytes = try FileBytes.read(path)
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        let whole = bytes[..<(bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0)]
        var events: [TrainingEvent] = []
        for (index, line) in whole.split(separator: newline, omittingEmptySubsequences: false)
            .enumerated() where !line.isEmpty
        {
            do {
                events.append(try decoder.decode(TrainingEvent.self, from: Data(line)))
            } catch {
                throw EvaluationError(
                    .malformed,
                    "\(path) line \(index + 1) is not a training event; remove that line or start"
                        + " a new run",
                    cause: error)
            }
        }
        return events
    }

    private static let newline = UInt8(ascii: "\n")

    private static func line(_ event: TrainingEvent) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return String(decoding: try encoder.encode(event), as: UTF8.self) + "\n"
    }
}
