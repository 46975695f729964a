/// The walk over a program, in memory that belongs to one student.
///
/// Everything here was proven by `ProgramCheck`; nothing is checked again, nothing allocates.
struct Execution {
    let program: Program
    /// First float of every buffer, by number. Constants are never written.
    let buffers: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    /// First calendar index of every slot, by number.
    let slots: UnsafeMutablePointer<UnsafeMutablePointer<Int32>>
    /// By number.
    let weights: UnsafeMutablePointer<WeightStore.Place>
    let kernels: KernelSet

    init(
        program: Program, buffers: UnsafeMutablePointer<UnsafeMutablePointer<Float>>,
        slots: UnsafeMutablePointer<UnsafeMutablePointer<Int32>>, weights: UnsafeMutablePointer<WeightStore.Place>,
        kernels: KernelSet
    ) {
        self.program = program
        self.buffers = buffers
        self.slots = slots
        self.weights = weights
        self.kernels = kernels
        #if !hasFeature(Embedded)
            calls = PreparedCalls(program, buffers, weights)
        #endif
    }

    #if hasFeature(Embedded)
        func run() {
            for instruction in program.instructions { run(instruction) }
        }
    #else
        private let calls: PreparedCalls

        func run() {
            for number in 0..<program.instructions.count where !calls.run(number, kernels) {
                run(program.instructions[number])
            }
        }
    #endif

    func deallocate() {
        buffers.deallocate()
        slots.deallocate()
        #if !hasFeature(Embedded)
            calls.deallocate()
        #endif
    }

    /// The same, showing each matrix product's left operand before it is computed.
    func run(showing show: (_ instruction: Int, _ left: UnsafeBufferPointer<Float>) -> Void) {
        for (number, instruction) in program.instructions.enumerated() {
            if case .matmul(let product) = instruction {
                show(
                    number,
                    UnsafeBufferPointer(
                        start: buffers[product.left], count: product.batch * product.rows * product.depth))
            }
            run(instruction)
        }
    }

    private func run(_ instruction: Instruction) {
        switch instruction {
        case .matmul(let product): run(product)
        case .unary(let kind, let input, let output):
            kernels.unary(kind, buffers[input], buffers[output], count(output))
        case .affine(let scale, let shift, let input, let output):
            ElementwiseKernel.affine(
                scale, shift, buffers[input], buffers[output], count(output))
        case .binary(let kind, let left, let right, let output):
            ElementwiseKernel.binary(
                kind, cursor(left), cursor(right), buffers[output], count(output))
        case .gather(let gather): run(gather)
        case .copy(let copy):
            MovementKernel.copy(copy, buffers[copy.input], buffers[copy.output])
        case .transpose, .reduce, .softmax, .broadcast, .convolve, .recur:
            if Included.everything { runLarger(instruction) }
        case .quantized(let product):
            kernels.quantized(
                product, buffers[product.input], weights[program.buffers[product.weight].tensor],
                product.bias.map { UnsafePointer(buffers[$0]) }, buffers[product.scratch],
                buffers[product.output])
        }
    }

    /// Those that the small build leaves out.
    private func runLarger(_ instruction: Instruction) {
        switch instruction {
        case .transpose(let transposition):
            MovementKernel.transpose(
                transposition, buffers[transposition.input], buffers[transposition.output])
        case .broadcast(let operand, let output):
            ElementwiseKernel.broadcast(cursor(operand), buffers[output], count(output))
        case .reduce(let reduction):
            ReductionKernel.reduce(
                reduction, buffers[reduction.input], buffers[reduction.output])
        case .softmax(let input, let output, let rows, let width):
            ReductionKernel.softmax(buffers[input], buffers[output], rows: rows, width: width)
        case .convolve(let convolution):
            kernels.convolve(
                convolution, buffers[convolution.input], buffers[convolution.weight],
                convolution.bias.map { UnsafePointer(buffers[$0]) }, buffers[convolution.output])
        case .recur(let recurrence):
            kernels.recur(
                recurrence, buffers[recurrence.gates], buffers[recurrence.weight],
                recurrence.bias.map { UnsafePointer(buffers[$0]) }, buffers[recurrence.scratch],
                buffers[recurrence.output])
        default: break
        }
    }

    private func run(_ product: MatrixProduct) {
        let bias = product.bias.map { UnsafePointer(buffers[$0]) }
        let left = buffers[product.left]
        let right = buffers[product.right]
        let result = buffers[product.output]
        let size = product.rows * product.columns
        for batch in 0..<product.batch {
            kernels.product(
                product, left + batch * product.leftStride, right + batch * product.rightStride, bias,
                result + batch * size)
        }
    }

    private func run(_ gather: Gather) {
        let source = program.buffers[gather.table]
        if source.source == .constant, let stored = weights[source.tensor].stored,
            let scales = weights[source.tensor].scales
        {
            return runStored(gather, stored, scales)
        }
        let table = buffers[gather.table]
        let output = buffers[gather.output]
        switch gather.index {
        case .slot(let number): MovementKernel.gather(table, slots: slots[number], gather, output)
        case .buffer(let number):
            if !Included.everything { return }
            MovementKernel.gather(table, values: buffers[number], gather, output)
        }
    }

    /// Rows of an int8 table.
    private func runStored(
        _ gather: Gather, _ table: UnsafePointer<Int8>, _ scales: UnsafePointer<Float>
    ) {
        for row in 0..<gather.count {
            let entry: Int
            switch gather.index {
            case .slot(let number): entry = Int(slots[number][row])
            case .buffer(let number):
                if !Included.everything { return }
                entry = MovementKernel.entry(buffers[number][row], of: gather.entries)
            }
            let source = table + entry * gather.width
            let target = buffers[gather.output] + row * gather.width
            for index in 0..<gather.width { target[index] = Float(Int(source[index])) * scales[index] }
        }
    }

    private func count(_ buffer: Int) -> Int { program.buffers[buffer].count }

    private func cursor(_ operand: Operand) -> ElementwiseKernel.Cursor {
        ElementwiseKernel.Cursor(
            buffers[operand.buffer], inner: operand.inner, period: operand.period)
    }
}
