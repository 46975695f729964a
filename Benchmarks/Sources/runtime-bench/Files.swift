import Glibc

/// What could not be read or written, and what to do.
struct BenchError: Error, CustomStringConvertible {
    let description: String
}

/// Whole files through the C library, so that nothing else is resident.
enum Files {
    static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw BenchError(description: "\(path): cannot be read; write it with --write first")
        }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        var bytes = [UInt8](repeating: 0, count: max(count, 0))
        guard fread(&bytes, 1, bytes.count, file) == bytes.count else {
            throw BenchError(description: "\(path): ended early; write it again with --write")
        }
        return bytes
    }

    static func floats(_ path: String) throws -> [Float] {
        try bytes(path).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, _ path: String) throws {
        guard let file = fopen(path, "wb") else {
            throw BenchError(description: "\(path): cannot be written; name a folder that exists")
        }
        let written = fwrite(bytes.baseAddress, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw BenchError(description: "\(path): could not be written whole; free some space")
        }
    }

    static func write<Element>(_ values: [Element], _ path: String) throws {
        try values.withUnsafeBytes { try write($0, path) }
    }
}
