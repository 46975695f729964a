import Foundation
import LimbeckRuntime

/// One window's origin and readings.
struct Window {
    var origin: Int64
    var readings: [Float]
}

/// Windows one after another: the origin as `i64`, then the readings as `f32`, little-endian.
enum Windows {
    static func bytes(_ windows: [Window]) -> [UInt8] {
        var bytes: [UInt8] = []
        for window in windows {
            withUnsafeBytes(of: window.origin.littleEndian) { bytes.append(contentsOf: $0) }
            for value in window.readings {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    static func read(_ bytes: [UInt8], inputs: Int) throws -> [Window] {
        let size = 8 + inputs * 4
        guard !bytes.isEmpty, bytes.count % size == 0 else {
            throw ReferenceError("windows: \(bytes.count) bytes are no whole number of windows of \(size).")
        }
        return bytes.withUnsafeBytes { raw in
            stride(from: 0, to: bytes.count, by: size).map { start in
                Window(
                    origin: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Int64.self)),
                    readings: (0..<inputs).map {
                        Float(
                            bitPattern: UInt32(
                                littleEndian: raw.loadUnaligned(
                                    fromByteOffset: start + 8 + $0 * 4, as: UInt32.self)))
                    })
            }
        }
    }
}

/// Lines `window repaired 1 3f800000 …`: the bits of every forecast value.
struct Transcript {
    var repaired: Int
    var values: [Float]

    var text: String {
        let bits = values.map { value in
            let digits = String(value.bitPattern, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        return "window repaired \(repaired) " + bits.joined(separator: " ")
    }

    static func host(student path: String, windows: String) throws -> [Transcript] {
        let student = try load(path)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: windows)))
        return try Windows.read(bytes, inputs: student.shape.inputCount).map { window in
            let prediction = try student.predict(history: window.readings, at: window.origin)
            return Transcript(repaired: prediction.repaired, values: prediction.values)
        }
    }

    /// Value `index` of a forecast `[H, N, O]` as the student's scaler has it: spreads from the centre.
    static func scaling(student path: String) throws -> (Float, Int) -> Float {
        let student = try load(path)
        let shape = student.shape
        return { value, index in
            // Probabilities are what they are.
            if shape.targets.isEmpty { return value }
            let node = index / shape.outputs % shape.nodes
            return student.scaler.scaled(value, at: node * shape.channels + shape.targets[index % shape.outputs])
        }
    }

    static func read(_ path: String) throws -> [Transcript] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try text.split(separator: "\n").filter { $0.hasPrefix("window ") }.map { line in
            let words = line.split(separator: " ")
            guard words.count > 3, let repaired = Int(words[2]) else {
                throw ReferenceError("\(path): cannot read the line \"\(line)\".")
            }
            let values = try words[3...].map { word in
                guard word.count == 8, let bits = UInt32(word, radix: 16) else {
                    throw ReferenceError("\(path): \"\(word)\" is not eight hexadecimal digits.")
                }
                return Float(bitPattern: bits)
            }
            return Transcript(repaired: repaired, values: values)
        }
    }

    static func load(_ path: String) throws -> Student {
        try Student(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }
}
