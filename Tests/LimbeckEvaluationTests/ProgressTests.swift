import LimbeckEvaluation
import Testing

@Suite struct ProgressTests {
    let state = ProgressState(
        label: "teacher", epoch: 7, epochCount: 20, fraction: 0.5, loss: 0.21314,
        validation: (name: "MAE", value: 47.31), windowsPerSecond: 12_430, elapsed: 65)

    @Test func `a wide line shows everything`() {
        #expect(
            ProgressRenderer.line(state, width: 110)
                == "teacher  epoch  7/20  ━━━━━━━─────────────────  loss 0.2131  val MAE 47.31"
                + "  12.4 k windows/s  2:15 left")
    }

    @Test func `no line is longer than the terminal is wide`() {
        for width in 0...140 {
            #expect(ProgressRenderer.line(state, width: width).count <= width)
        }
    }

    @Test func `a narrow line keeps validation and time before speed`() {
        #expect(
            ProgressRenderer.line(state, width: 52)
                == "teacher  epoch  7/20  val MAE 47.31  2:15 left")
        #expect(ProgressRenderer.line(state, width: 34) == "teacher  epoch  7/20  2:15 left")
    }

    @Test func `time left is this session's pace times what remains`() {
        var resumed = state
        resumed.epochsBefore = 5
        resumed.elapsed = 15
        #expect(resumed.secondsLeft == 135)
        resumed.elapsed = 0
        #expect(resumed.secondsLeft == nil)
        #expect(ProgressRenderer.duration(3723) == "1:02:03")
        #expect(ProgressRenderer.duration(7) == "0:07")
    }

    @Test func `a rate that was not measured yet is left out`() {
        var first = state
        first.windowsPerSecond = 0
        #expect(!ProgressRenderer.line(first, width: 110).contains("windows/s"))
        #expect(!ProgressRenderer.epochLine(first).contains("windows/s"))
    }

    @Test func `a loss that is no number is shown as such`() {
        var broken = state
        broken.loss = .nan
        #expect(ProgressRenderer.line(broken, width: 120).contains("loss nan"))
    }

    final class Recorder {
        var lines: [String] = []
        var now = 0.0
    }

    /// Everything written by a bar whose clock is the recorder's.
    func written(_ terminal: Terminal, _ body: (ProgressBar, Recorder) -> Void) -> [String] {
        let recorder = Recorder()
        body(
            ProgressBar(
                output: terminal, clock: { recorder.now }, write: { recorder.lines.append($0) }),
            recorder)
        return recorder.lines
    }

    @Test func `a terminal is redrawn at most ten times a second and left clean`() {
        let output = written(Terminal(isInteractive: true, hasColour: false)) { bar, recorder in
            for _ in 0..<1000 {
                bar.update(state)
                recorder.now += 0.001
            }
            bar.finish()
            bar.finish()
        }
        #expect((10...11).contains(output.count))
        #expect(output.last == "\r\u{1B}[2K")
        #expect(output.dropLast().allSatisfy { $0.hasPrefix("\r\u{1B}[2K") && !$0.contains("\n") })
    }

    @Test func `off a terminal an epoch is one plain line`() {
        let output = written(Terminal(isInteractive: false, hasColour: false)) { bar, _ in
            bar.update(state)
            bar.finishEpoch(state)
            bar.finish()
        }
        #expect(
            output == [
                "teacher epoch 7/20, loss 0.2131, validation MAE 47.31, 12.4 k windows/s, 2:15 left\n"
            ])
    }

    @Test func `a pipe is no terminal and has no colour`() {
        let terminal = Terminal(descriptor: -1, environment: ["TERM": "xterm"])
        #expect(!terminal.isInteractive && !terminal.hasColour)
        #expect(terminal.width() == 80)
    }
}
