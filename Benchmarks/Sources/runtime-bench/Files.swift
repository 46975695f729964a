import Glibc

/// What could not be read or written, and what to do.
struct BenchError: Error, CustomStringConvertible {
    let description: String
}

/// Whole files through the C library, so that nothing else is resident.
enum Files {
    /// Never given back: a process reads its files once.
    static func memory(_ path: String) throws -> UnsafeRawBufferPointer {
        guard let file = fopen(path, "rb") else {
            throw BenchError(description: "\(path): cannot be read; write it with --write first")
        }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = max(ftell(file), 0)
        rewind(file)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        guard fread(bytes.baseAddress, 1, count, file) == count else {
            throw BenchError(description: "\(path): ended early; write it again with --write")
        }
        return UnsafeRawBufferPointer(bytes)
    }

    static func floats(_ path: String) throws -> [Float] {
        Array(try memory(path).bindMemory(to: Float.self))
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
