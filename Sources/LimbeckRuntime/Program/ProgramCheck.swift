/// Checks once, at loading, everything that `predict` then relies on.
///
/// Every index, size and range is proven inside its buffer; nothing is read before it is
/// written; outputs do not overlap what the same instruction reads, except elementwise in place.
struct ProgramCheck {
    let program: Program
    let historyCount, outputCount: Int
    let tensors: [TensorShape]
    let windowing: Windowing
    /// By buffer.
    private let written: UnsafeMutablePointer<Bool>
    /// Multiply-add counted as 2, elementwise as 1.
    private(set) var operations: Int64 = 0
    private var position = 0

    init(
        _ program: Program, historyCount: Int, outputCount: Int, tensors: [TensorShape],
        windowing: Windowing
    ) {
        self.program = program
        self.historyCount = historyCount
        self.outputCount = outputCount
        self.tensors = tensors
        self.windowing = windowing
        written = .allocate(capacity: max(program.buffers.count, 1))
        for (number, buffer) in program.buffers.enumerated() {
            (written + number).initialize(to: buffer.source == .history || buffer.source == .constant)
        }
    }

    /// Gives its memory back; nothing is asked of it afterwards.
    func end() { written.deallocate() }

    mutating func run(limits: StudentLimits) throws(StudentError) {
        for (number, buffer) in program.buffers.enumerated() { try check(buffer, number) }
        for (number, instruction) in program.instructions.enumerated() {
            position = number
            guard Included.contains(instruction) else {
                throw StudentError(.unsupported, "instruction: not in this build", index: number)
            }
            try check(instruction)
            if operations > limits.operations {
                throw StudentError(
                    .tooLarge, "operations of one prediction", index: number,
                    expected: limits.operations, actual: operations)
            }
        }
        for (number, buffer) in program.buffers.enumerated()
        where buffer.source == .output && !written[number] {
            throw StudentError(.invalidProgram, "output buffer never written", index: number)
        }
        var outputs = 0
        for buffer in program.buffers where buffer.source == .output { outputs += buffer.count }
        guard outputs >= outputCount else {
            throw StudentError(
                .invalidProgram, "program: floats of output buffers", expected: outputCount,
                actual: outputs)
        }
    }

    private func check(_ buffer: Buffer, _ number: Int) throws(StudentError) {
        let available: Int
        switch buffer.source {
        case .history: available = historyCount
        case .output: available = outputCount
        case .temporary: available = program.arena
        case .constant:
            guard tensors.indices.contains(buffer.tensor) else {
                throw StudentError(
                    .invalidProgram, "buffer names a weight tensor beyond the last", index: number,
                    expected: tensors.count - 1, actual: buffer.tensor)
            }
            available = tensors[buffer.tensor].count
        }
        guard buffer.count >= 1, buffer.offset >= 0, buffer.offset <= available,
            buffer.count <= available - buffer.offset
        else {
            throw StudentError(
                .invalidProgram, "buffer reaches beyond its source", index: number,
                expected: available, actual: buffer.count)
        }
    }

    private mutating func check(_ instruction: Instruction) throws(StudentError) {
        switch instruction {
        case .matmul(let product): try check(product)
        case .unary(_, let input, let output), .affine(_, _, let input, let output):
            let count = try size(output)
            try read(input, count)
            try finish(output, count, inPlace: input)
        case .binary(_, let left, let right, let output):
            let count = try size(output)
            try read(left, count)
            try read(right, count)
            try finish(output, count, inPlace: left.buffer, right.buffer)
            try apart(left, output, count)
            try apart(right, output, count)
        case .gather(let gather): try check(gather)
        case .copy(let copy): try check(copy)
        case .transpose, .reduce, .softmax, .broadcast, .convolve, .recur:
            if Included.everything { try checkLarger(instruction) }
        case .quantized(let product): try check(product)
        }
    }

    /// Those that the small build leaves out.
    private mutating func checkLarger(_ instruction: Instruction) throws(StudentError) {
        switch instruction {
        case .transpose(let transposition): try check(transposition)
        case .broadcast(let operand, let output):
            let count = try size(output)
            try read(operand, count)
            try finish(output, count, reads: operand.buffer)
        case .reduce(let reduction):
            let count = try product(reduction.outer, reduction.inner)
            let inputs = try product(count, reduction.middle)
            try read(reduction.input, inputs)
            try finish(reduction.output, count, reads: reduction.input, work: inputs)
        case .softmax(let input, let output, let rows, let width):
            let count = try product(rows, width)
            try read(input, count)
            try finish(output, count, inPlace: input, work: try product(count, 4))
        case .convolve(let convolution): try check(convolution)
        case .recur(let recurrence): try check(recurrence)
        default: break
        }
    }

    private mutating func check(_ q: QuantizedProduct) throws(StudentError) {
        let inputs = try product(q.rows, q.depth)
        let count = try product(q.rows, q.columns)
        let weights = try product(q.depth, q.columns)
        try read(q.input, inputs)
        try readStored(q.weight, weights, channels: q.columns)
        if let bias = q.bias { try read(bias, q.columns) }
        guard q.inputScale.isFinite, q.inputScale > 0 else {
            throw failure("instruction: input scale is not positive")
        }
        try finish(q.scratch, inputs, reads: q.input, q.bias)
        try add(products: count, q.depth)
        try finish(q.output, count, reads: q.input, q.bias, q.scratch)
    }

    /// Int8 weights, read where they are stored: the whole of a tensor, from its start.
    private func readStored(_ buffer: Int, _ count: Int, channels: Int) throws(StudentError) {
        let available = try size(buffer)
        let source = program.buffers[buffer]
        guard source.source == .constant, let own = tensors[source.tensor].channels else {
            throw failure("instruction: weights are not int8", nil, buffer)
        }
        guard source.offset == 0, count <= available, own == channels else {
            throw failure("instruction: channels of int8 weights", own, channels)
        }
    }

    private func isStored(_ buffer: Int) -> Bool {
        let source = program.buffers[buffer]
        return source.source == .constant && tensors[source.tensor].channels != nil
    }

    private mutating func check(_ c: Convolution) throws(StudentError) {
        guard c.groups >= 1, c.channels % c.groups == 0, c.outputs % c.groups == 0 else {
            throw failure("instruction: groups", c.channels, c.groups)
        }
        // Where a tap reads is at most this far, so that kernels cannot overflow.
        for (extent, stride, kernel, dilation, before) in [
            (c.outputHeight, c.strideY, c.kernelHeight, c.dilationY, c.top),
            (c.outputWidth, c.strideX, c.kernelWidth, c.dilationX, c.left),
        ] {
            _ = try product(extent, stride)
            _ = try product(kernel, dilation)
            guard before >= 0, before <= Int(Int32.max) else {
                throw failure("instruction: padding", nil, before)
            }
        }
        let taps = try product(c.kernelHeight, c.kernelWidth)
        let weights = try product(taps, try product(c.channels / c.groups, c.outputs))
        try read(c.input, try product(c.batch, try product(c.height, try product(c.width, c.channels))))
        try read(c.weight, weights)
        if let bias = c.bias { try read(bias, c.outputs) }
        let pixels = try product(c.batch, try product(c.outputHeight, c.outputWidth))
        let count = try product(pixels, c.outputs)
        try add(products: pixels, weights)
        try finish(c.output, count, reads: c.input, c.weight, c.bias)
    }

    private mutating func check(_ r: Recurrence) throws(StudentError) {
        let wide = try product(r.units, r.kind.gates)
        let states = try product(r.rows, r.units)
        try read(r.gates, try product(r.steps, try product(r.rows, wide)))
        try read(r.weight, try product(r.units, wide))
        if let bias = r.bias { try read(bias, wide) }
        let needed = try product(states, r.kind == .gru ? 3 : 5)
        try finish(r.scratch, needed, reads: r.gates, r.weight, r.bias)
        let work = try product(states, r.steps)
        try add(products: work, wide)
        try finish(
            r.output, r.keepsSteps ? work : states, reads: r.gates, r.weight, r.bias, r.scratch,
            work: 16 * work)
    }

    private mutating func check(_ matmul: MatrixProduct) throws(StudentError) {
        let left = try product(matmul.rows, matmul.depth)
        let right = try product(matmul.depth, matmul.columns)
        let result = try product(matmul.rows, matmul.columns)
        try read(matmul.left, try span(matmul.batch, matmul.leftStride, left))
        try read(matmul.right, try span(matmul.batch, matmul.rightStride, right))
        if let bias = matmul.bias { try read(bias, matmul.columns) }
        let count = try product(matmul.batch, result)
        try add(products: count, matmul.depth)
        try finish(matmul.output, count, reads: matmul.left, matmul.right, matmul.bias)
    }

    private mutating func check(_ gather: Gather) throws(StudentError) {
        let entries = try product(gather.entries, gather.width)
        _ = try size(gather.table)
        if isStored(gather.table) {
            try readStored(gather.table, entries, channels: gather.width)
        } else {
            try read(gather.table, entries)
        }
        let count = try product(gather.count, gather.width)
        switch gather.index {
        case .buffer(let index):
            try read(index, gather.count)
            try finish(gather.output, count, reads: gather.table, index)
        case .slot(let number):
            guard windowing.slots.indices.contains(number) else {
                throw failure("instruction: calendar slot", windowing.slots.count - 1, number)
            }
            let slot = windowing.slots[number]
            guard slot.count == gather.count else {
                throw failure("instruction: slot entries", slot.count, gather.count)
            }
            // Checked before: the step has a cardinality.
            let entries = slot.field.cardinality(step: windowing.step) ?? .max
            guard entries <= gather.entries else {
                throw failure("instruction: table entries", entries, gather.entries)
            }
            try finish(gather.output, count, reads: gather.table)
        }
    }

    private mutating func check(_ transposition: Transposition) throws(StudentError) {
        let rank = transposition.rank
        guard (1...Transposition.largestRank).contains(rank) else {
            throw failure("instruction: rank", Transposition.largestRank, rank)
        }
        var count = 1
        var seen = 0
        for position in 0..<rank {
            count = try product(count, transposition.extent(position))
            let axis = transposition.axis(position)
            guard (0..<rank).contains(axis), seen & (1 << axis) == 0 else {
                throw failure("instruction: permutation axis", position, axis)
            }
            seen |= 1 << axis
        }
        try read(transposition.input, count)
        try finish(transposition.output, count, reads: transposition.input)
    }

    private mutating func check(_ copy: BlockCopy) throws(StudentError) {
        guard copy.inputStart >= 0, copy.outputStart >= 0 else {
            throw failure("instruction: negative start")
        }
        let source = try span(copy.outer, copy.inputStride, copy.inner)
        let target = try span(copy.outer, copy.outputStride, copy.inner)
        try read(copy.input, try sum(copy.inputStart, source))
        let count = try product(copy.outer, copy.inner)
        let reach = try sum(copy.outputStart, target)
        try add(work: Int64(count))
        try finish(copy.output, reach, reads: copy.input, work: 0)
    }

    // MARK: Buffers

    private func size(_ buffer: Int) throws(StudentError) -> Int {
        guard program.buffers.indices.contains(buffer) else {
            throw failure("instruction: buffer number", program.buffers.count - 1, buffer)
        }
        return program.buffers[buffer].count
    }

    private func read(_ buffer: Int, _ count: Int) throws(StudentError) {
        let available = try size(buffer)
        guard count <= available else {
            throw failure("instruction: floats of an operand", count, available)
        }
        if isStored(buffer) { throw failure("instruction: reads int8 weights as floats", nil, buffer) }
        guard written[buffer] else {
            throw failure("instruction: buffer read before it is written", nil, buffer)
        }
    }

    private func read(_ operand: Operand, _ count: Int) throws(StudentError) {
        guard operand.inner >= 1, operand.inner <= Int(Int32.max), operand.period >= 1 else {
            throw failure("instruction: broadcast pattern")
        }
        try read(operand.buffer, operand.period)
    }

    /// A repeated operand must not share memory with the result, even where both start alike.
    private func apart(_ operand: Operand, _ output: Int, _ count: Int) throws(StudentError) {
        if operand.inner == 1 && operand.period >= count { return }
        if overlap(program.buffers[operand.buffer], program.buffers[output]) {
            throw failure("instruction: output overlaps a repeated operand")
        }
    }

    /// Up to four operands that the output must not share memory with.
    private mutating func finish(
        _ output: Int, _ count: Int, reads first: Int, _ second: Int? = nil, _ third: Int? = nil,
        _ fourth: Int? = nil, work: Int? = nil
    ) throws(StudentError) {
        try apart(first, output)
        if let second { try apart(second, output) }
        if let third { try apart(third, output) }
        if let fourth { try apart(fourth, output) }
        try write(output, count, work: work ?? count)
    }

    /// Up to two operands that the output may stand in the place of.
    private mutating func finish(
        _ output: Int, _ count: Int, inPlace first: Int, _ second: Int? = nil, work: Int? = nil
    ) throws(StudentError) {
        try inPlace(first, output)
        if let second { try inPlace(second, output) }
        try write(output, count, work: work ?? count)
    }

    private func apart(_ operand: Int, _ output: Int) throws(StudentError) {
        _ = try size(output)
        if overlap(program.buffers[operand], program.buffers[output]) {
            throw failure("instruction: output overlaps an operand", nil, operand)
        }
    }

    private func inPlace(_ operand: Int, _ output: Int) throws(StudentError) {
        _ = try size(output)
        let source = program.buffers[operand]
        let target = program.buffers[output]
        if overlap(source, target) && source.offset != target.offset {
            throw failure("instruction: output half overlaps an operand", nil, operand)
        }
    }

    private mutating func write(_ output: Int, _ count: Int, work: Int) throws(StudentError) {
        let available = try size(output)
        guard count <= available else {
            throw failure("instruction: floats of the output", count, available)
        }
        let target = program.buffers[output].source
        guard target == .temporary || target == .output else {
            throw failure("instruction: writes a read-only buffer", nil, output)
        }
        written[output] = true
        try add(work: Int64(work))
    }

    private func overlap(_ a: Buffer, _ b: Buffer) -> Bool {
        a.source == b.source && a.source != .constant && a.offset < b.offset + b.count
            && b.offset < a.offset + a.count
    }

    // MARK: Arithmetic that cannot overflow

    private func product(_ a: Int, _ b: Int) throws(StudentError) -> Int {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        guard a >= 1, b >= 1, !overflow, value <= Int(Int32.max) else {
            throw failure("instruction: a size is 0 or too large")
        }
        return value
    }

    private func sum(_ a: Int, _ b: Int) throws(StudentError) -> Int {
        let (value, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw failure("instruction: a size is too large") }
        return value
    }

    /// Floats that `count` blocks of `block` reach over when each starts `stride` after the last.
    private func span(_ count: Int, _ stride: Int, _ block: Int) throws(StudentError) -> Int {
        guard count >= 1, stride >= 0, block >= 1 else {
            throw failure("instruction: a stride is negative or a size 0")
        }
        let (reach, overflow) = (count - 1).multipliedReportingOverflow(by: stride)
        guard !overflow else { throw failure("instruction: a stride is too large") }
        return try sum(reach, block)
    }

    /// `count` sums of `depth` products, both below 2³¹.
    private mutating func add(products count: Int, _ depth: Int) throws(StudentError) {
        try add(work: 2 * Int64(count) * Int64(depth))
    }

    private mutating func add(work: Int64) throws(StudentError) {
        let (value, overflow) = operations.addingReportingOverflow(work)
        guard !overflow else { throw failure("instruction: work") }
        operations = value
    }

    #if LIMBECK_SMALL
        @inline(__always)
        private func failure(
            _ subject: @autoclosure () -> StaticString, _ expected: @autoclosure () -> Int? = nil,
            _ actual: @autoclosure () -> Int? = nil
        ) -> StudentError { StudentError(.invalidProgram, "") }
    #else
        private func failure(
            _ subject: StaticString, _ expected: Int? = nil, _ actual: Int? = nil
        ) -> StudentError {
            StudentError(
                .invalidProgram, subject, index: position, expected: expected.map { Int64($0) },
                actual: actual.map { Int64($0) })
        }
    #endif
}

/// What a check needs to know of a weight tensor.
struct TensorShape {
    var count: Int
    /// Of int8 weights; nil for floats.
    var channels: Int?
}

extension TensorShape {
    static func list(_ tensors: [TensorBytes]) -> [TensorShape] {
        [TensorShape](unsafeUninitializedCapacity: tensors.count) { places, done in
            for tensor in tensors {
                places.initializeElement(at: done, to: tensor.shape)
                done += 1
            }
        }
    }
}

extension WeightTensor {
    var shape: TensorShape {
        if case .int8(let stored, let scales) = self {
            return TensorShape(count: stored.count, channels: scales.count)
        }
        return TensorShape(count: count, channels: nil)
    }
}
