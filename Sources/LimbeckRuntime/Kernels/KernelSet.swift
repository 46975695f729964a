#if hasFeature(Embedded)
    /// The kernels that instructions run on: on devices without an operating system the portable ones.
    struct KernelSet {
        static let best = KernelSet()
        var name: String { "embedded" }
    }

    extension KernelSet {
        func product(_ p: MatrixProduct, _ left: Values, _ right: Values, _ bias: Values?, _ y: Result) {
            PortableKernels.product(p, left, right, bias, y)
        }

        func convolve(_ c: Convolution, _ x: Values, _ weight: Values, _ bias: Values?, _ y: Result) {
            ConvolutionKernel.convolve(c, x, weight, bias, y)
        }

        func recur(
            _ r: Recurrence, _ gates: Values, _ weight: Values, _ bias: Values?, _ scratch: Result, _ y: Result
        ) {
            RecurrenceKernel.recur(r, gates: gates, weight, bias, scratch: scratch, y)
        }

        func quantized(
            _ q: QuantizedProduct, _ x: Values, _ weight: WeightStore.Place, _ bias: Values?,
            _ scratch: Result, _ y: Result
        ) {
            guard let stored = weight.stored, let scales = weight.scales else { return }
            QuantizedKernel.product(q, x, stored, scales: scales, bias, scratch: scratch, y)
        }

        func unary(_ kind: UnaryKind, _ x: Values, _ y: Result, _ count: Int) {
            ElementwiseKernel.unary(kind, x, y, count)
        }
    }
#else
    internal import CLimbeckRuntime

    /// The kernels that instructions run on, for the instruction set that this processor has.
    struct KernelSet: @unchecked Sendable {
        private let functions: UnsafePointer<lkr_kernels>

        /// AVX-512, AVX2 with FMA, NEON or portable, whichever is the first that runs here.
        ///
        /// Asked once: the question stops a virtual machine for microseconds.
        static let best = KernelSet(functions: lkr_best())

        /// Every set that runs here, best first.
        static var all: [KernelSet] {
            (0..<8).compactMap { lkr_set($0) }.map { KernelSet(functions: $0) }
        }

        var name: String { String(cString: functions.pointee.name) }
    }

    extension KernelSet {
        func product(_ p: MatrixProduct, _ left: Values, _ right: Values, _ bias: Values?, _ y: Result) {
            if p.transposeRight { return PortableKernels.product(p, left, right, bias, y) }
            var call = Self.call(p, left, right, bias, y)
            functions.pointee.product(&call)
            finish(p.activation, y, p.rows * p.columns)
        }

        func convolve(_ c: Convolution, _ x: Values, _ weight: Values, _ bias: Values?, _ y: Result) {
            var call = Self.call(c, x, weight, bias, y)
            functions.pointee.convolve(&call)
            finish(c.activation, y, c.batch * c.outputHeight * c.outputWidth * c.outputs)
        }

        func recur(
            _ r: Recurrence, _ gates: Values, _ weight: Values, _ bias: Values?, _ scratch: Result, _ y: Result
        ) {
            var call = Self.call(r, gates, weight, bias, scratch, y)
            functions.pointee.recur(&call)
        }

        func quantized(
            _ q: QuantizedProduct, _ x: Values, _ weight: WeightStore.Place, _ bias: Values?,
            _ scratch: Result, _ y: Result
        ) {
            var call = Self.call(q, x, weight, bias, scratch, y)
            functions.pointee.quantized(&call)
            finish(q.activation, y, q.rows * q.columns)
        }

        func unary(_ kind: UnaryKind, _ x: Values, _ y: Result, _ count: Int) {
            if functions.pointee.unary(Int32(kind.rawValue), x, y, Int64(count)) { return }
            ElementwiseKernel.unary(kind, x, y, count)
        }

        /// Activations that the set computes are done; the others follow.
        private func finish(_ activation: UnaryKind, _ y: Result, _ count: Int) {
            if !Self.includes(activation) { ElementwiseKernel.unary(activation, y, y, count) }
        }
    }

    /// Instructions as their kernels take them.
    extension KernelSet {
        /// Whether products and convolutions apply it themselves.
        static func includes(_ activation: UnaryKind) -> Bool {
            switch activation {
            case .identity, .exponential, .relu, .sigmoid, .tanh, .erf, .gelu: true
            default: false
            }
        }

        static func call(
            _ p: MatrixProduct, _ left: Values, _ right: Values, _ bias: Values?, _ y: Result
        ) -> lkr_product {
            lkr_product(
                a: left, b: right, bias: bias, added: nil, c: y, a_row: Int64(p.transposeLeft ? 1 : p.depth),
                a_depth: Int64(p.transposeLeft ? p.rows : 1), m: Int64(p.rows), n: Int64(p.columns),
                depth: Int64(p.depth), activation: Int32(p.activation.rawValue))
        }

        static func call(
            _ c: Convolution, _ x: Values, _ weight: Values, _ bias: Values?, _ y: Result
        ) -> lkr_convolution {
            lkr_convolution(
                x: x, weight: weight, bias: bias, y: y, batch: Int64(c.batch), height: Int64(c.height),
                width: Int64(c.width), channels: Int64(c.channels), output_height: Int64(c.outputHeight),
                output_width: Int64(c.outputWidth), outputs: Int64(c.outputs), groups: Int64(c.groups),
                kernel_height: Int64(c.kernelHeight), kernel_width: Int64(c.kernelWidth),
                stride_y: Int64(c.strideY), stride_x: Int64(c.strideX), dilation_y: Int64(c.dilationY),
                dilation_x: Int64(c.dilationX), top: Int64(c.top), left: Int64(c.left),
                activation: Int32(c.activation.rawValue))
        }

        static func call(
            _ r: Recurrence, _ gates: Values, _ weight: Values, _ bias: Values?, _ scratch: Result, _ y: Result
        ) -> lkr_recurrence {
            lkr_recurrence(
                gates: gates, weight: weight, bias: bias, scratch: scratch, y: y, steps: Int64(r.steps),
                rows: Int64(r.rows), units: Int64(r.units), is_lstm: r.kind == .lstm,
                keeps_steps: r.keepsSteps)
        }

        static func call(
            _ q: QuantizedProduct, _ x: Values, _ weight: WeightStore.Place, _ bias: Values?,
            _ scratch: Result, _ y: Result
        ) -> lkr_quantized {
            lkr_quantized(
                x: x, weight: weight.stored, scales: weight.scales, bias: bias, scratch: scratch, c: y,
                m: Int64(q.rows), n: Int64(q.columns), depth: Int64(q.depth), input_scale: q.inputScale,
                activation: Int32(q.activation.rawValue))
        }

        /// False where the step is not a call, and nothing was done.
        @inline(__always)
        func run(_ step: UnsafePointer<lkr_step>) -> Bool { functions.pointee.run(step) }
    }
#endif

extension KernelSet {
    typealias Values = UnsafePointer<Float>
    typealias Result = UnsafeMutablePointer<Float>
}

/// Kernels in Swift alone.
enum PortableKernels {
    static func product(
        _ p: MatrixProduct, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>
    ) {
        let aRow = p.transposeLeft ? 1 : p.depth
        let aDepth = p.transposeLeft ? p.rows : 1
        if p.transposeRight {
            MatrixKernel.productTransposed(
                left, aRow: aRow, aDepth: aDepth, right, y, bias: bias, m: p.rows, n: p.columns,
                depth: p.depth)
        } else {
            MatrixKernel.product(
                left, aRow: aRow, aDepth: aDepth, right, y, bias: bias, m: p.rows, n: p.columns,
                depth: p.depth)
        }
        ElementwiseKernel.unary(p.activation, y, y, p.rows * p.columns)
    }
}
