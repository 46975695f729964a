internal import LimbeckRuntime

extension Instruction {
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
