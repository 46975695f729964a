import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Shows training on stderr: a live line on a terminal, one line per epoch elsewhere.
///
/// On a terminal the line is redrawn at most ten times a second and erased by ``finish()``.
public final class ProgressBar {
    private let output: Terminal
    private let clock: () -> Double
    private let write: (String) -> Void
    private var lastDrawn = -Double.infinity
    private var isDrawn = false

    /// On stderr.
    public convenience init() {
        self.init(
            output: .standardError, clock: { Date().timeIntervalSinceReferenceDate },
            write: { FileHandle.standardError.write(Data($0.utf8)) })
    }

    /// On any output; `clock` is in seconds.
    public init(
        output: Terminal, clock: @escaping () -> Double, write: @escaping (String) -> Void
    ) {
        self.output = output
        self.clock = clock
        self.write = write
    }

    /// Called as often as one likes, within an epoch.
    public func update(_ state: ProgressState) {
        let now = clock()
        guard output.isInteractive, now - lastDrawn >= 0.1 else { return }
        lastDrawn = now
        draw(state)
    }

    /// Called at the end of an epoch: always shown.
    public func finishEpoch(_ state: ProgressState) {
        if output.isInteractive {
            lastDrawn = clock()
            draw(state)
        } else {
            write(ProgressRenderer.epochLine(state) + "\n")
        }
    }

    /// Prints a line that stays above the bar.
    public func say(_ line: String) {
        finish()
        write(line + "\n")
    }

    /// Erases the bar.
    public func finish() {
        if isDrawn { write("\r\u{1B}[2K") }
        isDrawn = false
    }

    private func draw(_ state: ProgressState) {
        // One column is left free: a full line would wrap on some terminals.
        let line = ProgressRenderer.line(
            state, width: output.width() - 1, colour: output.hasColour)
        write("\r\u{1B}[2K" + line)
        isDrawn = true
    }
}

/// What an output can do. Colour is off where `NO_COLOR` is set or the terminal is `dumb`.
public struct Terminal: Sendable {
    /// May lines be redrawn?
    public var isInteractive: Bool
    public var hasColour: Bool
    /// Columns now.
    public var width: @Sendable () -> Int

    public init(
        isInteractive: Bool, hasColour: Bool, width: @escaping @Sendable () -> Int = { 80 }
    ) {
        self.isInteractive = isInteractive
        self.hasColour = hasColour
        self.width = width
    }

    public static var standardError: Terminal { Terminal(descriptor: STDERR_FILENO) }
    public static var standardOutput: Terminal { Terminal(descriptor: STDOUT_FILENO) }

    /// From a file descriptor and the environment, by default the process's own.
    public init(descriptor: Int32, environment: [String: String]? = nil) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
        width = {
            var size = winsize()
            let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
            return known ? Int(size.ws_col) : 80
        }
    }
}
