import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    mutating func write(_ t: Transposition) throws {
        let extents = (0..<t.rank).map { t.extent($0) }
        let value = try read(t.input, as: extents)
        hold(graph.transpose(value, (0..<t.rank).map { t.axis($0) }), in: t.output)
    }

    /// A copy that fills its output is a slice; others wait until the output is read.
    mutating func write(_ copy: BlockCopy) throws {
        let (outer, inner) = (copy.outer, copy.inner)
        let source = try read(copy.input)
        guard copy.inputStart + (outer - 1) * copy.inputStride + inner <= source.count else {
            throw unsupported("it reads beyond what buffer \(copy.input) holds")
        }
        let value = graph.blocks(
            source, outer: outer, inner: inner, start: copy.inputStart, stride: copy.inputStride)
        let isTight = outer == 1 || copy.outputStride == inner
        if copy.outputStart == 0, isTight, value.count == size(copy.output) {
            return hold(value, in: copy.output)
        }
        let part = Part(
            value: value, outer: outer, inner: inner, start: copy.outputStart,
            stride: outer == 1 ? 0 : copy.outputStride)
        if case .parts(let parts, let base) = held[copy.output] {
            hold(.parts(parts + [part], over: base), in: copy.output)
        } else {
            hold(.parts([part], over: held[copy.output]), in: copy.output)
        }
    }

    /// What copies into a buffer came to: padding, a concatenation, or a choice of elements.
    mutating func composed(_ parts: [Part], over base: Held, of number: Int) throws -> GraphValue {
        let count = size(number)
        guard let rows = Rows(parts, count: count), !rows.hasGaps || base.isWhole else {
            return try chosen(parts, over: base, of: number)
        }
        if case .repeated(let zero) = base, parts.count == 1, graph.constant(zero.value) == [0] {
            return pad(parts[0], rows)
        }
        let under = rows.hasGaps ? try self.base(base, count: count, of: number) : nil
        var pieces: [GraphValue] = []
        var column = 0
        func gap(_ end: Int) {
            guard let under, end > column else { return }
            pieces.append(
                graph.blocks(under, outer: rows.outer, inner: end - column, start: column, stride: rows.width))
        }
        for part in rows.sorted {
            gap(part.start)
            pieces.append(part.value)
            column = part.start + part.inner
        }
        gap(rows.width)
        return graph.concatenate(pieces, outer: rows.outer)
    }

    private mutating func pad(_ part: Part, _ rows: Rows) -> GraphValue {
        let value = graph.reshape(part.value, [rows.outer, part.inner])
        let pads = graph.vector([0, part.start, 0, rows.width - part.start - part.inner])
        return graph.add("Pad", [value, pads], [rows.outer, rows.width])
    }

    private mutating func base(_ base: Held, count: Int, of number: Int) throws -> GraphValue {
        switch base {
        case .value(let value) where value.count == count: return value
        case .repeated(let repeated): return try whole(repeated, count: count)
        case .value, .parts, .nothing:
            throw unsupported("buffer \(number) is read, but only in part written")
        }
    }

    /// Every element by where it comes from, for copies that are no rows side by side.
    private mutating func chosen(_ parts: [Part], over base: Held, of number: Int) throws -> GraphValue {
        var positions = [Int](repeating: -1, count: size(number))
        var sources: [GraphValue] = []
        if case .nothing = base {
        } else {
            sources.append(try self.base(base, count: positions.count, of: number))
            positions = Array(positions.indices)
        }
        var first = sources.reduce(0) { $0 + $1.count }
        for part in parts {
            for index in 0..<part.outer * part.inner {
                positions[part.start + index / part.inner * part.stride + index % part.inner] = first + index
            }
            first += part.value.count
            sources.append(part.value)
        }
        let written = positions.firstIndex(of: -1) ?? positions.count
        guard positions[written...].allSatisfy({ $0 < 0 }) else {
            throw unsupported("buffer \(number) is read, but only in part written")
        }
        return graph.take(graph.concatenate(sources, outer: 1), Array(positions[..<written]))
    }
}

extension ProgramGraph.Held {
    fileprivate var isWhole: Bool {
        if case .nothing = self { false } else { true }
    }
}

/// Copies as columns of the same rows `[outer, width]`, none over another.
private struct Rows {
    var outer, width: Int
    var sorted: [ProgramGraph.Part]

    init?(_ parts: [ProgramGraph.Part], count: Int) {
        guard let first = parts.first else { return nil }
        outer = first.outer
        width = first.outer == 1 ? count : first.stride
        sorted = parts.sorted { $0.start < $1.start }
        guard width * outer == count else { return nil }
        var column = 0
        for part in sorted {
            guard part.outer == outer, outer == 1 || part.stride == width, part.start >= column,
                part.start + part.inner <= width
            else { return nil }
            column = part.start + part.inner
        }
    }

    var hasGaps: Bool { sorted.reduce(0) { $0 + $1.inner } < width }
}
