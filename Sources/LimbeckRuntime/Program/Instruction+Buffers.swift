extension Instruction {
    /// Buffers it reads.
    public var reads: [Int] {
        switch self {
        case .matmul(let product):
            [product.left, product.right] + (product.bias.map { [$0] } ?? [])
        case .unary(_, let input, _), .affine(_, _, let input, _), .softmax(let input, _, _, _):
            [input]
        case .binary(_, let left, let right, _): [left.buffer, right.buffer]
        case .gather(let gather):
            switch gather.index {
            case .slot: [gather.table]
            case .buffer(let index): [gather.table, index]
            }
        case .transpose(let transposition): [transposition.input]
        case .copy(let copy): [copy.input]
        case .reduce(let reduction): [reduction.input]
        case .broadcast(let operand, _): [operand.buffer]
        case .convolve(let convolution):
            [convolution.input, convolution.weight] + (convolution.bias.map { [$0] } ?? [])
        case .recur(let recurrence):
            [recurrence.gates, recurrence.weight] + (recurrence.bias.map { [$0] } ?? [])
        case .quantized(let product):
            [product.input, product.weight] + (product.bias.map { [$0] } ?? [])
        }
    }

    /// Memory it works in and leaves undefined.
    public var scratch: Int? {
        switch self {
        case .recur(let recurrence): recurrence.scratch
        case .quantized(let product): product.scratch
        case .matmul, .unary, .affine, .binary, .gather, .transpose, .copy, .reduce, .softmax, .broadcast,
            .convolve:
            nil
        }
    }

    /// The buffer it writes.
    public var write: Int {
        switch self {
        case .matmul(let product): product.output
        case .unary(_, _, let output), .affine(_, _, _, let output), .binary(_, _, _, let output),
            .softmax(_, let output, _, _), .broadcast(_, let output):
            output
        case .gather(let gather): gather.output
        case .transpose(let transposition): transposition.output
        case .copy(let copy): copy.output
        case .reduce(let reduction): reduction.output
        case .convolve(let convolution): convolution.output
        case .recur(let recurrence): recurrence.output
        case .quantized(let product): product.output
        }
    }
}
