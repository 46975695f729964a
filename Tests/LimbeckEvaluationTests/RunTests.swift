import Foundation
import LimbeckFiles
import Testing

@testable import LimbeckEvaluation

@Suite struct RunTests {
    func event(_ epoch: Int, loss: Double = 0.5) -> TrainingEvent {
        TrainingEvent(
            role: .teacher, model: "m", seed: 1, epoch: epoch, step: epoch * 10, loss: loss,
            losses: ["soft": 0.25, "hard": loss], validation: ["mae": 44], learningRate: 0.001,
            seconds: 2, windowsPerSecond: 100, time: 1000)
    }

    @Test func `a run's folder carries its name and UTC time and never meets another`() throws {
        let parent = temporaryPath("runs")
        let first = try RunDirectory(creating: "demo 1/x", in: parent, now: 951_827_696)
        let second = try RunDirectory(creating: "demo 1/x", in: parent, now: 951_827_696)
        #expect(first.path == "\(parent)/demo-1-x-20000229T123456Z")
        #expect(second.path == "\(parent)/demo-1-x-20000229T123456Z-2")
        #expect(try RunDirectory(opening: first.path) == first)
        #expect(throws: FileError.self) { try RunDirectory(opening: parent + "/none") }
    }

    @Test func `a folder that cannot be made is named with what to do`() throws {
        let file = temporaryPath("file")
        try AtomicFile.write(file, text: "x")
        let error = #expect(throws: FileError.self) {
            try RunDirectory(creating: "demo", in: file)
        }
        #expect(error?.code == .unwritable)
        #expect(error?.message.contains(file) == true)
        #expect(error?.message.contains("is a file, not a folder") == true)
    }

    @Test func `events are one line each, read back, and keep a loss that is no number`() throws {
        let path = temporaryPath("metrics.jsonl")
        let log = try EventLog(path: path)
        try log.append(event(1))
        try log.append(event(2, loss: .nan))
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.hasPrefix("{\"epoch\":1,\"learningRate\":0.001,\"loss\":0.5,"))
        let events = try EventLog.read(path)
        #expect(events.first == event(1))
        #expect(events.last?.loss.isNaN == true)
    }

    @Test func `resuming drops a torn line and what came after the checkpoint`() throws {
        let path = temporaryPath("metrics.jsonl")
        do {
            let log = try EventLog(path: path)
            for epoch in 1...3 { try log.append(event(epoch)) }
        }
        var bytes = try FileBytes.read(path)
        bytes += Array("{\"epoch\":4,\"lo".utf8)
        try AtomicFile.write(path, bytes: bytes)
        let log = try EventLog(path: path) { $0.epoch <= 2 }
        try log.append(event(3, loss: 0.25))
        #expect(try EventLog.read(path).map(\.epoch) == [1, 2, 3])
        #expect(try EventLog.read(path).last?.loss == 0.25)
    }

    @Test func `a broken line is named by its number`() throws {
        let path = temporaryPath("metrics.jsonl")
        try EventLog(path: path).append(event(1))
        try AtomicFile.write(path, bytes: try FileBytes.read(path) + Array("{}\n".utf8))
        let error = #expect(throws: EvaluationError.self) { try EventLog.read(path) }
        #expect(error?.message.contains("line 2") == true)
    }

    @Test func `event files hold intact records that begin with the file version`() throws {
        let run = try RunDirectory(creating: "tb", in: temporaryPath("runs"))
        let writer = try run.tensorBoard(for: .teacher)
        for epoch in 1...3 { try writer.write(event(epoch)) }
        let records = try TFRecords.read(writer.path)
        #expect(records.count == 1 + 3 * 6)
        #expect(
            records.first.map { String(decoding: $0.suffix(13), as: UTF8.self) } == "brain.Event:2")
        let resumed = try run.tensorBoard(for: .teacher, resumingAt: 3)
        #expect(resumed.path > writer.path)
        #expect(try TFRecords.read(resumed.path).count == 2)
    }
}

/// A reader of TFRecords that checks every length and checksum.
enum TFRecords {
    struct Broken: Error {}

    static func read(_ path: String) throws -> [[UInt8]] {
        var rest = try FileBytes.read(path)[...]
        var records: [[UInt8]] = []
        func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard rest.count >= count else { throw Broken() }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        while !rest.isEmpty {
            let length = try take(8)
            guard try number(take(4)) == UInt64(TensorBoardWriter.masked(Array(length))) else { throw Broken() }
            let payload = try take(Int(number(length)))
            guard try number(take(4)) == UInt64(TensorBoardWriter.masked(Array(payload))) else { throw Broken() }
            records.append(Array(payload))
        }
        return records
    }
}
