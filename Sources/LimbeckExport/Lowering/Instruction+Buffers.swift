import LimbeckRuntime

extension Instruction {
    /// Buffers it reads.
    var reads: [Int] {
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
    var scratch: Int? {
        switch self {
        case .recur(let recurrence): recurrence.scratch
        case .quantized(let product): product.scratch
        case .matmul, .unary, .affine, .binary, .gather, .transpose, .copy, .reduce, .softmax, .broadcast,
            .convolve:
            nil
        }
    }

    /// The buffer it writes.
    var write: Int {
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

    /// Operands whose memory the result may take: each element is read before it is written.
    var inPlace: [Int] {
        switch self {
        case .unary(_, let input, _), .affine(_, _, let input, _), .softmax(let input, _, _, _):
            [input]
        case .binary(_, let left, let right, _):
            // A buffer that is also read with repetition must stay whole.
            left.buffer == right.buffer && left != right
                ? [] : [left, right].filter { $0.inner == 1 }.map(\.buffer)
        case .matmul, .gather, .transpose, .copy, .reduce, .broadcast, .convolve, .recur, .quantized: []
        }
    }
}
