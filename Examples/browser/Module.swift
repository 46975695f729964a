// The runtime for JavaScript: numbers, and places in the module's memory.
import LimbeckRuntime

nonisolated(unsafe) private var refusal: [UInt8] = []

/// `bytes` bytes of the module's memory, at a multiple of 16.
@c public func limbeck_allocate(_ bytes: Int32) -> UnsafeMutableRawPointer? {
    bytes < 0 ? nil : UnsafeMutableRawPointer.allocate(byteCount: Int(bytes), alignment: 16)
}

@c public func limbeck_free(_ pointer: UnsafeMutableRawPointer?) { pointer?.deallocate() }

/// A student from a `.limbeck` file, or 0; then `limbeck_refusal` says why. The file may go afterwards.
@c public func limbeck_load(_ file: UnsafeRawPointer?, _ bytes: Int32) -> UnsafeMutableRawPointer? {
    let whole = UnsafeRawBufferPointer(start: file, count: Int(max(bytes, 0)))
    do throws(StudentError) {
        let student = try Student(bytes: [UInt8](whole), limits: StudentLimits(memory: 8 << 20, operations: 1 << 32))
        return Unmanaged.passRetained(student).toOpaque()
    } catch {
        refusal = [UInt8](error.message.utf8)
        return nil
    }
}

@c public func limbeck_unload(_ handle: UnsafeMutableRawPointer?) {
    if let handle { Unmanaged<Student>.fromOpaque(handle).release() }
}

/// Why the last file was refused: length, then UTF-8. The caller frees it.
@c public func limbeck_refusal() -> UnsafeMutableRawPointer? { counted(refusal) }

/// History, nodes, channels, horizon, outputs, seconds of a step, whether outputs are probabilities of labels, and how
/// many outputs each target has (its quantiles), by number from 0.
@c public func limbeck_shape(_ handle: UnsafeMutableRawPointer, _ number: Int32) -> Int32 {
    let one = student(handle)
    let shape = one.shape
    return switch number {
    case 0: Int32(truncatingIfNeeded: shape.history)
    case 1: Int32(truncatingIfNeeded: shape.nodes)
    case 2: Int32(truncatingIfNeeded: shape.channels)
    case 3: Int32(truncatingIfNeeded: shape.horizon)
    case 4: Int32(truncatingIfNeeded: shape.outputs)
    case 5: Int32(truncatingIfNeeded: one.windowing.step)
    case 6: shape.task == .classify ? 1 : 0
    case 7: Int32(truncatingIfNeeded: max(1, shape.targets.count { $0 == shape.targets.first }))
    default: -1
    }
}

/// Name of place (list 0), channel (1), unit (2) or label (3) `number`: length, then UTF-8; 0 when there is none.
/// The caller frees it.
@c public func limbeck_name(_ handle: UnsafeMutableRawPointer, _ list: Int32, _ number: Int32)
    -> UnsafeMutableRawPointer?
{
    let names = student(handle).names
    let texts =
        switch list {
        case 0: names.places
        case 1: names.channels
        case 2: names.units
        default: names.labels
        }
    guard texts.indices.contains(Int(number)) else { return nil }
    return counted([UInt8](texts[Int(number)].utf8))
}

/// Forecasts `[horizon, nodes, outputs]` from readings `[history, nodes, channels]`; returns how many
/// readings were missing. `origin` is in seconds since 1970.
@c public func limbeck_predict(
    _ handle: UnsafeMutableRawPointer, _ readings: UnsafePointer<Float>, _ origin: Int64,
    _ forecast: UnsafeMutablePointer<Float>
) -> Int32 {
    Int32(truncatingIfNeeded: student(handle).predictUnchecked(readings, at: origin, into: forecast))
}

private func student(_ handle: UnsafeMutableRawPointer) -> Student {
    Unmanaged<Student>.fromOpaque(handle).takeUnretainedValue()
}

private func counted(_ text: [UInt8]) -> UnsafeMutableRawPointer {
    let place = UnsafeMutableRawPointer.allocate(byteCount: 4 + text.count, alignment: 16)
    place.storeBytes(of: UInt32(truncatingIfNeeded: text.count), as: UInt32.self)
    for index in text.indices { place.storeBytes(of: text[index], toByteOffset: 4 + index, as: UInt8.self) }
    return place
}
