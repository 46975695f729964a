/// An operation as exporters see it: the closed set that student programs and other formats are
/// written from. Training's own operations, and those of others, are `other`.
package enum OperationForm: Hashable, Sendable {
    case input(String)
    case parameter(String)
    case constant([Float])
    case unary(Unary.Kind)
    case binary(Binary.Kind)
    /// By matrices `[batch…, M, K] · [batch…, K, N]`; an operand of rank 2 is shared.
    case matmul(transposeLeft: Bool, transposeRight: Bool)
    /// Row-major `[rows, columns]` times each matrix of the operand's leading axis.
    case sparse(matrix: [Float], rows: Int, columns: Int)
    /// Over the middle of `[outer, middle, inner]`.
    case sum(outer: Int, middle: Int, inner: Int)
    case maximum(outer: Int, middle: Int, inner: Int)
    /// Repeats the operand over the result's shape.
    case broadcast
    case reshape
    case transpose([Int])
    case slice(axis: Int, start: Int)
    /// Zeros before and after along one axis.
    case pad(axis: Int, before: Int)
    case concatenate(axis: Int)
    /// Rows of operand 0 by the whole numbers of operand 1.
    case gather
    case softmax(isLogarithm: Bool)
    /// Channels last, by a weight `[h, w, C / groups, O]`; without a form, zeros around the image so
    /// that the result is as large.
    case convolution(ConvolutionForm?)
    /// As `WholeForm.recurrence`.
    case recurrence(isLSTM: Bool, keepsSteps: Bool)
    /// Not for export, with its name.
    case other(String)
}

extension Computation.Node {
    package var form: OperationForm {
        switch operation {
        case let input as Input: .input(input.name)
        case let parameter as Parameter: .parameter(parameter.path)
        case let constant as Constant: .constant(constant.values)
        case let unary as Unary: .unary(unary.kind)
        case let binary as Binary: .binary(binary.kind)
        case let product as MatMul where !product.sumsBatch && !product.accumulates:
            .matmul(transposeLeft: product.transposeA, transposeRight: product.transposeB)
        case let mix as SparseMix where !mix.accumulates:
            .sparse(matrix: mix.matrix.dense, rows: mix.matrix.rows, columns: mix.matrix.columns)
        case let reduce as Reduce:
            switch reduce.kind {
            case .sum: .sum(outer: reduce.outer, middle: reduce.middle, inner: reduce.inner)
            case .maximum:
                .maximum(outer: reduce.outer, middle: reduce.middle, inner: reduce.inner)
            }
        case is Spread, is Broadcast: .broadcast
        case is Reshape: .reshape
        case let transpose as Transpose: .transpose(transpose.permutation)
        case let slice as Slice: .slice(axis: slice.axis, start: slice.start)
        case let pad as Pad: .pad(axis: pad.axis, before: pad.before)
        case let concatenation as Concatenate: .concatenate(axis: concatenation.axis)
        case is Gather: .gather
        case let softmax as Softmax: .softmax(isLogarithm: softmax.isLogarithm)
        case let convolution as Convolution where !convolution.isReverse:
            .convolution(nil)
        case let whole as Whole:
            switch whole.form {
            case .convolution(let form): .convolution(form)
            case .recurrence(let isLSTM, let keepsSteps): .recurrence(isLSTM: isLSTM, keepsSteps: keepsSteps)
            }
        default: .other(operation.name)
        }
    }
}

extension SparseMatrix {
    /// Row-major `[rows, columns]`.
    var dense: [Float] {
        var matrix = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for edge in Int(rowStart[row])..<Int(rowStart[row + 1]) {
                matrix[row * columns + Int(column[edge])] = weight[edge]
            }
        }
        return matrix
    }
}
