import Glibc
import LimbeckRuntime

/// Ours for `make bench-runtime`, with LimbeckRuntime alone:
///
///     runtime-bench --write CASE FOLDER    the student and what peers need to build it
///     runtime-bench FOLDER                 answers one line for each line read, see `Server`
///     runtime-bench FOLDER N               N forecasts and the end, to count instructions
@main
struct RuntimeBench {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("runtime-bench: \(error)")
            fflush(nil)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        if arguments.count == 3, arguments[0] == "--write" {
            guard let one = Case(arguments[1]) else {
                throw BenchError(
                    description: "\(arguments[1]): no such case; known: \(Case.names.joined(separator: ", "))")
            }
            return try Exchange.write(one, to: arguments[2])
        }
        guard let folder = arguments.first else {
            throw BenchError(description: "no folder; write one with --write CASE FOLDER, then name it")
        }
        var server = try Server(folder: folder)
        if arguments.count > 1, let count = Int(arguments[1]) { return try server.predict(count) }
        while let line = readLine(), let answer = try server.answer(line) {
            print(answer)
            fflush(nil)
        }
    }
}
