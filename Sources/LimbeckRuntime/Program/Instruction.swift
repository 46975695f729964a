/// One step of a student program: a closed set, over buffers named by number.
///
/// All sizes are static. The runtime, the exporters and the format document list the same cases.
public enum Instruction: Hashable, Sendable {
    case matmul(MatrixProduct)
    /// `output[i] = kind(input[i])`.
    case unary(UnaryKind, input: Int, output: Int)
    /// `output[i] = input[i] × scale + shift`.
    case affine(scale: Float, shift: Float, input: Int, output: Int)
    case binary(BinaryKind, left: Operand, right: Operand, output: Int)
    case gather(Gather)
    case transpose(Transposition)
    case copy(BlockCopy)
    case reduce(Reduction)
    /// Over the last axis of `[rows, width]`.
    case softmax(input: Int, output: Int, rows: Int, width: Int)
    /// `output[i] = input[(i / inner) % period]`.
    case broadcast(Operand, output: Int)
    case convolve(Convolution)
    case recur(Recurrence)
    case quantized(QuantizedProduct)
}

/// Elementwise functions of one value.
public enum UnaryKind: UInt8, Hashable, Sendable, CaseIterable {
    case identity, negate, absolute, sign, exponential, logarithm, squareRoot, reciprocal, square
    case relu, sigmoid, tanh, softplus, erf, gelu
}

/// Elementwise functions of two values.
public enum BinaryKind: UInt8, Hashable, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum
    /// 1 where left > right, else 0.
    case greater
}

/// A buffer read with repetition: element `i` of the result reads `(i / inner) % period`.
///
/// `period` is the number of values read. A bias `[C]` over `[N, C]` is `(inner: 1, period: C)`;
/// a value per node `[N]` over `[N, C]` is `(inner: C, period: N)`.
public struct Operand: Hashable, Sendable {
    public var buffer: Int
    public var inner: Int
    public var period: Int

    public init(_ buffer: Int, inner: Int = 1, period: Int) {
        self.buffer = buffer
        self.inner = inner
        self.period = period
    }
}

/// `output[b] = activation(op(left[b]) · op(right[b]) + bias)`, with `[M, K] · [K, N] = [M, N]`.
///
/// A transposed operand is stored `[K, M]` or `[N, K]`. Batch `b` of an operand starts at
/// `b × stride`; stride 0 uses the same matrix for every batch. The output is contiguous
/// `[batch, M, N]`.
public struct MatrixProduct: Hashable, Sendable {
    public var left, right, output: Int
    /// `[N]`, added to every row.
    public var bias: Int?
    public var batch: Int
    public var rows, columns, depth: Int
    public var leftStride, rightStride: Int
    public var transposeLeft, transposeRight: Bool
    public var activation: UnaryKind

    public init(
        left: Int, right: Int, output: Int, bias: Int? = nil, batch: Int = 1, rows: Int,
        columns: Int, depth: Int, leftStride: Int = 0, rightStride: Int = 0,
        transposeLeft: Bool = false, transposeRight: Bool = false,
        activation: UnaryKind = .identity
    ) {
        self.left = left
        self.right = right
        self.output = output
        self.bias = bias
        self.batch = batch
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.leftStride = leftStride
        self.rightStride = rightStride
        self.transposeLeft = transposeLeft
        self.transposeRight = transposeRight
        self.activation = activation
    }
}

/// `output[i] = table[index[i]]` for a table `[entries, width]`.
public struct Gather: Hashable, Sendable {
    public enum Index: Hashable, Sendable {
        /// A calendar slot of the windowing, by number.
        case slot(Int)
        /// The values of a buffer, rounded to the nearest integer and kept within the table.
        case buffer(Int)
    }

    public var table: Int
    public var index: Index
    public var output: Int
    public var entries, width: Int
    /// Rows gathered.
    public var count: Int

    public init(table: Int, index: Index, output: Int, entries: Int, width: Int, count: Int) {
        self.table = table
        self.index = index
        self.output = output
        self.entries = entries
        self.width = width
        self.count = count
    }
}

/// `output` has axis `i` equal to axis `permutation[i]` of `input`, whose shape is `shape`.
public struct Transposition: Hashable, Sendable {
    public static let largestRank = 8

    public var input, output: Int
    public private(set) var rank: Int
    private var extents: SIMD8<Int32>
    private var axes: SIMD8<Int32>

    /// Ranks above 8 and extents above 2³¹ are kept out of range and refused when loaded.
    public init(input: Int, output: Int, shape: [Int], permutation: [Int]) {
        self.input = input
        self.output = output
        rank = shape.count == permutation.count ? shape.count : 0
        extents = SIMD8(repeating: 1)
        axes = SIMD8(repeating: 0)
        for axis in 0..<min(rank, Self.largestRank) {
            extents[axis] = Int32(exactly: shape[axis]) ?? 0
            axes[axis] = Int32(exactly: permutation[axis]) ?? -1
        }
    }

    public func extent(_ axis: Int) -> Int { Int(extents[axis]) }
    public func axis(_ position: Int) -> Int { Int(axes[position]) }
}

/// Copies `outer` blocks of `inner` floats between two strided places.
///
/// Block `o` goes from `input[inputStart + o × inputStride]` to
/// `output[outputStart + o × outputStride]`. A slice reads with a wide stride, a concatenation
/// is one copy for each part with a wide stride on the output.
public struct BlockCopy: Hashable, Sendable {
    public var input, output: Int
    public var outer, inner: Int
    public var inputStart, inputStride: Int
    public var outputStart, outputStride: Int

    public init(
        input: Int, output: Int, outer: Int, inner: Int, inputStart: Int = 0,
        inputStride: Int, outputStart: Int = 0, outputStride: Int
    ) {
        self.input = input
        self.output = output
        self.outer = outer
        self.inner = inner
        self.inputStart = inputStart
        self.inputStride = inputStride
        self.outputStart = outputStart
        self.outputStride = outputStride
    }

    /// `[outer, start ..< start + inner]` of an input `[outer, width]`.
    public static func slice(
        input: Int, output: Int, outer: Int, inner: Int, start: Int, width: Int
    ) -> BlockCopy {
        BlockCopy(
            input: input, output: output, outer: outer, inner: inner, inputStart: start,
            inputStride: width, outputStride: inner)
    }

    /// The part of a concatenation `[outer, width]` that `input` `[outer, inner]` fills.
    public static func part(
        input: Int, output: Int, outer: Int, inner: Int, start: Int, width: Int
    ) -> BlockCopy {
        BlockCopy(
            input: input, output: output, outer: outer, inner: inner, inputStride: inner,
            outputStart: start, outputStride: width)
    }
}

/// Reduces the middle of `[outer, middle, inner]` to `[outer, inner]`.
public struct Reduction: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable { case sum, mean, maximum }

    public var kind: Kind
    public var input, output: Int
    public var outer, middle, inner: Int

    public init(_ kind: Kind, input: Int, output: Int, outer: Int, middle: Int, inner: Int) {
        self.kind = kind
        self.input = input
        self.output = output
        self.outer = outer
        self.middle = middle
        self.inner = inner
    }
}

/// A convolution over images, channels last, along one or two axes, by groups of channels.
///
///     output[b, y, x, o] = activation(bias[o]
///         + Σᵢⱼ꜀ input[b, y·strideY + i·dilationY − top, x·strideX + j·dilationX − left, c] · weight[i, j, c, o])
///
/// with zeros outside the input. Input `[batch, height, width, channels]`, weight
/// `[kernelHeight, kernelWidth, channels / groups, outputs]`, output `[batch, outputHeight,
/// outputWidth, outputs]`. Outputs of group `g` read the channels of group `g`; a depthwise
/// convolution has as many groups as channels.
public struct Convolution: Hashable, Sendable {
    public var input, weight, output: Int
    /// `[outputs]`.
    public var bias: Int?
    public var batch: Int
    public var height, width, channels: Int
    public var outputHeight, outputWidth, outputs: Int
    public var groups: Int
    public var kernelHeight, kernelWidth: Int
    public var strideY, strideX: Int
    public var dilationY, dilationX: Int
    /// Zeros before the first row and column.
    public var top, left: Int
    public var activation: UnaryKind

    public init(
        input: Int, weight: Int, output: Int, bias: Int? = nil, batch: Int = 1, height: Int,
        width: Int, channels: Int, outputHeight: Int, outputWidth: Int, outputs: Int,
        groups: Int = 1, kernelHeight: Int, kernelWidth: Int, strideY: Int = 1, strideX: Int = 1,
        dilationY: Int = 1, dilationX: Int = 1, top: Int = 0, left: Int = 0,
        activation: UnaryKind = .identity
    ) {
        self.input = input
        self.weight = weight
        self.output = output
        self.bias = bias
        self.batch = batch
        self.height = height
        self.width = width
        self.channels = channels
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.outputs = outputs
        self.groups = groups
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideY = strideY
        self.strideX = strideX
        self.dilationY = dilationY
        self.dilationX = dilationX
        self.top = top
        self.left = left
        self.activation = activation
    }
}

/// A GRU or LSTM over steps, from gates that hold the input's part already: `x[t] W + b`.
///
/// With `s = h[t-1] · weight + bias`, h and the cell c starting at zero:
///
///     GRU:  r = σ(gᵣ + sᵣ), z = σ(g_z + s_z), n = tanh(gₙ + r sₙ), h = n + z (h[t-1] − n)
///     LSTM: i, f, o = σ(g + s), k = tanh(g_k + s_k), c = f c[t-1] + i k, h = o tanh(c)
///
/// Gates `[steps, rows, G·units]` in the order r, z, n (GRU, G = 3) or i, f, k, o (LSTM, G = 4),
/// weight `[units, G·units]`, bias `[G·units]`, output `[steps, rows, units]`, or the last state
/// `[rows, units]`.
public struct Recurrence: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case gru, lstm

        /// Gates per unit.
        public var gates: Int { self == .gru ? 3 : 4 }
    }

    public var kind: Kind
    public var gates, weight, output: Int
    public var bias: Int?
    /// A temporary of `scratchCount` floats that nothing else uses meanwhile.
    public var scratch: Int
    public var steps, rows, units: Int
    /// Every step's state rather than the last one.
    public var keepsSteps: Bool

    public init(
        _ kind: Kind, gates: Int, weight: Int, bias: Int? = nil, output: Int, scratch: Int,
        steps: Int, rows: Int, units: Int, keepsSteps: Bool = false
    ) {
        self.kind = kind
        self.gates = gates
        self.weight = weight
        self.bias = bias
        self.output = output
        self.scratch = scratch
        self.steps = steps
        self.rows = rows
        self.units = units
        self.keepsSteps = keepsSteps
    }

    /// The state's part of the gates, and for an LSTM the cells: `[rows, (G or G + 1)·units]`.
    public static func scratchCount(_ kind: Kind, rows: Int, units: Int) -> Int {
        rows * units * (kind == .gru ? 3 : 5)
    }
}

/// A matrix product in whole numbers, by int8 weights with a scale for each column:
///
///     output[m, n] = activation(bias[n] + inputScale · scale[n] · Σₖ q[m, k] · weight[k, n])
///     q = input / inputScale, rounded to the nearest whole number (ties to even), from −127 to 127
///
/// Input `[rows, depth]`, weight an int8 tensor `[depth, columns]`, output `[rows, columns]`.
public struct QuantizedProduct: Hashable, Sendable {
    public var input, weight, output: Int
    /// `[columns]`.
    public var bias: Int?
    /// A temporary of `rows × depth` floats that nothing else uses meanwhile.
    public var scratch: Int
    public var rows, columns, depth: Int
    /// What one step of the quantised input stands for; measured on real windows.
    public var inputScale: Float
    public var activation: UnaryKind

    public init(
        input: Int, weight: Int, output: Int, bias: Int? = nil, scratch: Int, rows: Int,
        columns: Int, depth: Int, inputScale: Float, activation: UnaryKind = .identity
    ) {
        self.input = input
        self.weight = weight
        self.output = output
        self.bias = bias
        self.scratch = scratch
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.inputScale = inputScale
        self.activation = activation
    }
}
