import Foundation
import Limbeck
import LimbeckData
import LimbeckEvaluation

/// What the command line says and where: results on standard output, the rest on standard error.
enum Console {
    /// With one line break at the end, however many the text has.
    static func print(_ text: String) throws {
        var text = text[...]
        while text.last?.isNewline == true { text.removeLast() }
        try write(text + "\n")
    }

    /// As it is. Throws when standard output takes no more, as on a full disk.
    static func write(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw Failure(
                code: 1,
                message: "cannot write to standard output: \(reason(error)); free some space, or write elsewhere")
        }
    }

    static func error(_ text: String) { note("limbeck: \(text)") }

    /// A line on standard error; where that takes nothing there is nobody left to tell.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8))
    }

    /// A finding as a warning, with its examples.
    static func warn(_ finding: QualityReport.Finding) {
        let examples = finding.examples.isEmpty ? "" : ": " + finding.examples.joined(separator: "; ")
        note("warning: \(finding.message)\(examples)")
    }

    private static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return cause.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
    }

    /// Any value as JSON with sorted keys.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        try print(String(decoding: encoder.encode(value), as: UTF8.self))
    }
}

/// Draws a run on standard error: stages as lines, training as a live bar.
final class ConsoleObserver: RunObserver {
    private let bar = ProgressBar()
    private let begin = Date()
    private let isQuiet: Bool
    private let hasColour = Terminal.standardError.hasColour

    init(isQuiet: Bool = false) { self.isQuiet = isQuiet }

    func stage(_ text: String) {
        let seconds = Int(Date().timeIntervalSince(begin))
        let time = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        say(hasColour ? "\u{1B}[2m\(time)\u{1B}[0m \u{1B}[1m\(text)\u{1B}[0m" : "\(time) \(text)")
    }

    /// Warnings are told even when nothing else is.
    func note(_ text: String) {
        if isQuiet {
            for line in text.split(separator: "\n") {
                let line = line.drop { $0 == " " }
                if line.hasPrefix("warning: ") { bar.say(String(line)) }
            }
        }
        say(text.split(separator: "\n", omittingEmptySubsequences: false).map { "     " + $0 }.joined(separator: "\n"))
    }

    func progress(_ state: ProgressState) { if !isQuiet { bar.update(state) } }

    func epochEnded(_ state: ProgressState) {
        guard !isQuiet else { return }
        bar.finishEpoch(state)
        if state.epoch == state.epochCount { bar.finish() }
    }

    /// Clears the bar, so that what follows begins a line.
    func finish() { bar.finish() }

    private func say(_ text: String) { if !isQuiet { bar.say(text) } }
}
