import Foundation
import Limbeck
import LimbeckEvaluation

/// What the command line says and where: results on standard output, the rest on standard error.
enum Console {
    static func print(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data("limbeck: \(text)\n".utf8))
    }

    /// Any value as JSON with sorted keys.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
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

    func note(_ text: String) {
        say(text.split(separator: "\n", omittingEmptySubsequences: false).map { "     " + $0 }.joined(separator: "\n"))
    }

    func progress(_ state: ProgressState) { if !isQuiet { bar.update(state) } }

    func epochEnded(_ state: ProgressState) {
        guard !isQuiet else { return }
        bar.finishEpoch(state)
        if state.epoch == state.epochCount { bar.finish() }
    }

    private func say(_ text: String) { if !isQuiet { bar.say(text) } }
}
