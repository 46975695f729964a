import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    /// The first `count` floats of a buffer, in the shape they have.
    mutating func read(_ buffer: Int, _ count: Int) throws -> GraphValue {
        let value = try read(buffer)
        guard count <= value.count else {
            throw unsupported("it reads \(count) floats of buffer \(buffer), of which \(value.count) are written")
        }
        return graph.blocks(value, outer: 1, inner: count, start: 0, stride: 0)
    }

    /// The same as a tensor of `shape`.
    mutating func read(_ buffer: Int, as shape: [Int]) throws -> GraphValue {
        graph.reshape(try read(buffer, shape.reduce(1, *)), shape)
    }

    /// All that a buffer holds.
    mutating func read(_ number: Int) throws -> GraphValue {
        let buffer = program.buffers[number]
        switch held[number] {
        case .value(let value): return value
        case .repeated(let repeated):
            return keep(try whole(repeated, count: buffer.count), in: number)
        case .parts(let parts, let base):
            return keep(try composed(parts, over: base, of: number), in: number)
        case .nothing: break
        }
        switch buffer.source {
        case .constant:
            if case .int8(let stored, let scales) = tensors[buffer.tensor] {
                return keep(numbers(stored, scales, of: number), in: number)
            }
            let values = tensors[buffer.tensor].values
            let isWhole = buffer.offset == 0 && buffer.count == values.count
            let name = "weight.\(buffer.tensor)" + (isWhole ? "" : ".\(buffer.offset)")
            let own = isWhole ? values : Array(values[buffer.offset..<buffer.offset + buffer.count])
            return keep(graph.floats(own, [buffer.count], name: name), in: number)
        case .history:
            return keep(
                graph.blocks(history, outer: 1, inner: buffer.count, start: buffer.offset, stride: 0),
                in: number)
        case .temporary, .output:
            throw unsupported("buffer \(number) is read after another buffer was written over it")
        }
    }

    /// An int8 tensor as it is stored, and its numbers `[rows, channels]`, which engines compute once.
    private mutating func numbers(_ stored: [Int8], _ scales: [Float], of number: Int) -> GraphValue {
        let buffer = program.buffers[number]
        let shape = [buffer.count / scales.count, scales.count]
        let own = graph.bytes(Array(stored[..<buffer.count]), shape, name: "weight.\(buffer.tensor)")
        let factors = graph.floats(scales, [scales.count])
        if !graph.dialect.hasLayers { return graph.add("DequantizeLinear", [own, factors], shape) }
        let cast = graph.add("Cast", [own], shape, attributes: ["to": .integer(1)])
        return graph.add("Mul", [cast, factors], shape)
    }

    /// What an instruction wrote; whatever else lay in that memory is gone.
    mutating func hold(_ value: GraphValue, in number: Int) { hold(.value(value), in: number) }

    mutating func hold(_ new: Held, in number: Int) {
        let target = program.buffers[number]
        for (other, buffer) in program.buffers.enumerated()
        where buffer.source == target.source && buffer.offset < target.offset + target.count
            && target.offset < buffer.offset + buffer.count
        {
            held[other] = .nothing
        }
        held[number] = new
    }

    private mutating func keep(_ value: GraphValue, in number: Int) -> GraphValue {
        held[number] = .value(value)
        return value
    }
}
