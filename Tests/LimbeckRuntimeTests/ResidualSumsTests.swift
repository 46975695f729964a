import Testing

@testable import LimbeckRuntime

/// A product and the sum after it give the same bits at once as one after the other, on every kernel set.
@Suite struct ResidualSumsTests {
    struct Layer: CustomTestStringConvertible {
        let rows, columns, depth: Int
        /// The sum is written over what is added.
        let inPlace: Bool
        let productFirst: Bool

        var testDescription: String { "\(rows) × \(depth) × \(columns), in place: \(inPlace)" }
    }

    static let layers = [16, 17, 35, 207].flatMap { rows in
        [(16, 3), (32, 128), (48, 7), (128, 128)].map { columns, depth in
            Layer(rows: rows, columns: columns, depth: depth, inPlace: depth % 2 == 0, productFirst: rows % 2 == 0)
        }
    }

    private static func machine(_ layer: Layer) -> Machine {
        var random = SplitMix(UInt64(layer.rows * 1000 + layer.columns))
        let count = layer.rows * layer.columns
        var machine = Machine(inputs: layer.rows * layer.depth, outputs: count)
        let weight = machine.constant(
            (0..<layer.depth * layer.columns).map { _ in .random(in: -1...1, using: &random) })
        let bias = machine.constant((0..<layer.columns).map { _ in .random(in: -1...1, using: &random) })
        let other = machine.constant((0..<count).map { _ in .random(in: -1...1, using: &random) })
        let (product, added) = (machine.temporary(count), machine.temporary(count))
        let sum = layer.inPlace ? added : machine.temporary(count)
        machine.then(.unary(.identity, input: other, output: added))
        machine.then(
            .matmul(
                MatrixProduct(
                    left: machine.input, right: weight, output: product, bias: bias, rows: layer.rows,
                    columns: layer.columns, depth: layer.depth)))
        let (first, second) = layer.productFirst ? (product, added) : (added, product)
        machine.then(
            .binary(.add, left: Operand(first, period: count), right: Operand(second, period: count), output: sum))
        machine.then(.unary(.identity, input: sum, output: machine.output))
        return machine
    }

    @Test(arguments: layers) func `at once and one after the other are equal`(_ layer: Layer) throws {
        let content = Self.machine(layer).content
        #expect(ResidualSums(content.program).sums.count == 1)
        let student = try Student(content)
        var random = SplitMix(7)
        let history = (0..<layer.rows * layer.depth).map { _ in Float.random(in: -1...1, using: &random) }
        for kernels in KernelSet.all {
            let one = student.copy(on: kernels)
            let atOnce = try one.predict(history: history, at: 0).values
            // Shows every product, so nothing is taken along.
            try one.observeProducts(history: history, at: 0) { _, _ in }
            let count = layer.rows * layer.columns
            let output = one.memory.arena + one.plan.history + one.plan.arena
            #expect(atOnce == (0..<count).map { output[$0] }, "\(kernels.name)")
        }
    }

    @Test func `a product that something else reads is kept`() throws {
        var machine = Self.machine(Layer(rows: 16, columns: 16, depth: 4, inPlace: false, productFirst: true))
        #expect(ResidualSums(machine.program).sums.count == 1)
        // The product's own buffer is what comes out.
        guard case .matmul(let product) = machine.program.instructions[1] else { return }
        machine.program.instructions[3] = .unary(.identity, input: product.output, output: machine.output)
        #expect(ResidualSums(machine.program).sums.isEmpty)
        // A buffer over the same floats, that nothing wrote since.
        let place = machine.program.buffers[product.output]
        let over = machine.program.add(place)
        machine.program.instructions[3] = .unary(.identity, input: over, output: machine.output)
        #expect(ResidualSums(machine.program).sums.isEmpty)
    }

    @Test func `what the sum would write over, and what does not fill a block, is left as it is`() {
        let fitting = Layer(rows: 16, columns: 16, depth: 16, inPlace: false, productFirst: true)
        var machine = Self.machine(fitting)
        guard case .matmul(var product) = machine.program.instructions[1],
            case .binary(_, let left, let right, let sum) = machine.program.instructions[2]
        else { return }
        // The product reads where the sum goes.
        product.left = sum
        machine.program.instructions[1] = .matmul(product)
        #expect(ResidualSums(machine.program).sums.isEmpty)
        for (rows, columns) in [(15, 16), (16, 15), (16, 24)] {
            let other = Layer(rows: rows, columns: columns, depth: 4, inPlace: false, productFirst: true)
            #expect(ResidualSums(Self.machine(other).program).sums.isEmpty)
        }
        machine = Self.machine(fitting)
        machine.program.instructions[2] = .binary(.subtract, left: left, right: right, output: sum)
        #expect(ResidualSums(machine.program).sums.isEmpty)
    }
}
