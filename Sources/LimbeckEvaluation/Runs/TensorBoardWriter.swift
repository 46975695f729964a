import Foundation
import LimbeckFiles

/// Writes TensorBoard event files: `tensorboard --logdir runs` then shows the curves.
///
/// A file is a list of TFRecords (length, masked CRC-32C of it, payload, masked CRC-32C of that,
/// little-endian), each payload a `tensorflow.Event` message. Every session writes a file of its
/// own; TensorBoard reads a folder's files in order of name.
public final class TensorBoardWriter {
    public let path: String
    private let file: AppendFile

    /// Starts a new event file in `folder`, which exists. `resumingAt` makes TensorBoard forget
    /// what earlier files logged from that step on. Throws `unwritable`.
    public init(
        folder: String, resumingAt step: Int? = nil, now: Double = WallClock.now
    ) throws {
        let base = "\(folder)/events.out.tfevents.\(Int64(now)).limbeck"
        var path = base
        var attempt = 0
        while FileManager.default.fileExists(atPath: path) {
            attempt += 1
            path = "\(base).\(attempt)"
        }
        self.path = path
        file = try AppendFile(path, exclusive: true)
        try append(event(time: now) { $0.text(3, "brain.Event:2") })
        if let step {
            // SessionLog with status START.
            try append(event(time: now, step: step) { $0.message(7) { $0.varint(1, 1) } })
        }
    }

    /// One point of the curve `tag`. Throws `unwritable`.
    public func scalar(_ tag: String, _ number: Double, step: Int, time: Double) throws {
        try append(
            event(time: time, step: step) { event in
                event.message(5) { summary in
                    summary.message(1) { value in
                        value.text(1, tag)
                        value.float(2, Float(number))
                    }
                }
            })
    }

    /// A training event's loss, its terms, validation metrics, learning rate and speed.
    public func write(_ event: TrainingEvent) throws {
        var points = [
            ("loss/total", event.loss), ("training/learningRate", event.learningRate),
            ("training/windowsPerSecond", event.windowsPerSecond),
        ]
        points += event.losses.sorted { $0.key < $1.key }.map { ("loss/\($0.key)", $0.value) }
        points += event.validation.sorted { $0.key < $1.key }
            .map { ("validation/\($0.key)", $0.value) }
        for (tag, value) in points {
            try scalar(tag, value, step: event.epoch, time: event.time)
        }
    }

    private func append(_ payload: [UInt8]) throws {
        let length = Protobuf.littleEndian(UInt64(payload.count))
        try file.append(
            length + Protobuf.littleEndian(Self.masked(length)) + payload
                + Protobuf.littleEndian(Self.masked(payload)))
    }

    /// A checksum, rotated and shifted so that one of data that holds checksums stays useful.
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let crc = CRC32C.checksum(of: bytes)
        return ((crc >> 15) | (crc << 17)) &+ 0xA282_EAD8
    }

    private func event(
        time: Double, step: Int? = nil, _ body: (inout Protobuf) -> Void
    ) -> [UInt8] {
        var message = Protobuf()
        message.double(1, time)
        if let step { message.varint(2, UInt64(bitPattern: Int64(step))) }
        body(&message)
        return message.bytes
    }
}

/// As much of the protobuf wire format as an event needs.
private struct Protobuf {
    var bytes: [UInt8] = []

    mutating func varint(_ field: UInt64, _ value: UInt64) {
        append(field << 3)
        append(value)
    }

    mutating func double(_ field: UInt64, _ value: Double) {
        append(field << 3 | 1)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func float(_ field: UInt64, _ value: Float) {
        append(field << 3 | 5)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func text(_ field: UInt64, _ value: String) { block(field, Array(value.utf8)) }

    mutating func message(_ field: UInt64, _ body: (inout Protobuf) -> Void) {
        var inner = Protobuf()
        body(&inner)
        block(field, inner.bytes)
    }

    static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private mutating func block(_ field: UInt64, _ content: [UInt8]) {
        append(field << 3 | 2)
        append(UInt64(content.count))
        bytes += content
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
