#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes all of `bytes` at the file's position, however often the system takes only a part.
func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    var sent = 0
    while sent < bytes.count {
        let result = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        if result < 0 {
            if errno == EINTR { continue }
            throw systemError("write", path, errno)
        }
        sent += result
    }
}

/// Reads some bytes, none at the file's end.
func receive(_ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, path: String) throws -> Int {
    while true {
        let result = read(descriptor, bytes.baseAddress, bytes.count)
        if result >= 0 { return result }
        if errno != EINTR { throw systemError("read", path, errno) }
    }
}
