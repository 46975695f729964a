import ArgumentParser

@main
struct LimbeckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limbeck",
        abstract: "Distil large spatio-temporal models into students that run anywhere.")
}
