import ArgumentParser
import Foundation
import Limbeck
import LimbeckCompute

@main
struct LimbeckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limbeck",
        abstract: "Distil large spatio-temporal models into students that run anywhere.",
        discussion: """
            Start with `limbeck demo`: real data, a teacher, its student, and a report in minutes.
            Then write a recipe (Documentation/Recipes.md) and `limbeck run recipe.yaml`.

            Results go to standard output, progress to standard error. Exit codes: 0 done, 1 failed, \
            3 target not met, 64 wrong usage, 130 or 143 interrupted with a checkpoint.
            """,
        version: "0.1.0",
        subcommands: [
            Demo.self, Run.self, Train.self, Distill.self, ForecastCommand.self, Detect.self,
            Evaluate.self,
            Compare.self, ExportCommand.self, ImportCommand.self, Describe.self, CatalogCommand.self, Models.self,
            Losses.self, Methods.self, Explain.self,
        ])

    /// Errors are one message on standard error and a documented exit code.
    static func main() {
        do {
            try refuseUnknownCommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            if let wanted = ProcessInfo.processInfo.environment["LIMBECK_KERNELS"],
                let refusal = InstructionSet.refusal(of: wanted)
            {
                throw Failure(code: 1, message: refusal)
            }
            try command.run()
        } catch let error as CleanExit {
            exit(withError: error)
        } catch let error as ExitCode {
            exit(withError: error)
        } catch let error as Failure {
            Console.error(error.message)
            exit(withError: ExitCode(error.code))
        } catch {
            if Self.exitCode(for: error) == .validationFailure { exit(withError: error) }
            if Self.isParserError(error) { exit(withError: error) }
            Console.error("\(error)")
            exit(withError: ExitCode.failure)
        }
    }

    /// A mistyped verb is told as such, and which was probably meant.
    private static func refuseUnknownCommand(_ word: String?) throws {
        let names = configuration.subcommands.map { $0._commandName } + ["help"]
        guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
        let isRecipe = word.hasSuffix(".yaml") || word.hasSuffix(".yml")
        let guess =
            isRecipe
            ? "; to run a recipe: limbeck run \(word)"
            : nearestName(to: word, among: names).map { "; did you mean \($0)?" } ?? "; see limbeck --help"
        throw ValidationError("unknown command \(word)\(guess)")
    }

    /// Errors and help requests of the argument parser print themselves.
    private static func isParserError(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }
}

/// An end with its own exit code.
struct Failure: Error {
    var code: Int32
    var message: String
}
