/// What a build of the runtime contains: all of it, unless compiled with `-D LIMBECK_SMALL`.
///
/// The small build is for microcontrollers with tens of kilobytes. It runs dense students:
/// products in floats or int8, elementwise instructions, calendar embeddings, copies. It refuses other
/// instructions as unsupported when it loads a file, skips texts (names, zone, card) and the numbers for missing readings (files that need them are refused), says of an error
/// only its code, and its loops are plain ones. `Documentation/Devices.md` has the sizes of both.
enum Included {
    #if LIMBECK_SMALL
        @inline(__always) static var everything: Bool { false }
    #else
        @inline(__always) static var everything: Bool { true }
    #endif

    /// Loops over vectors of eight where plain ones would do: processors without such vectors take several
    /// times the code for them.
    @inline(__always) static var wideLoops: Bool {
        #if hasFeature(Embedded)
            false
        #else
            true
        #endif
    }

    /// Whether this build runs `instruction`.
    @inline(__always) static func contains(_ instruction: Instruction) -> Bool {
        everything || isDense(instruction)
    }

    private static func isDense(_ instruction: Instruction) -> Bool {
        switch instruction {
        case .matmul(let product): isDense(product.activation)
        case .quantized(let product): isDense(product.activation)
        case .unary(let kind, _, _): isDense(kind)
        case .gather(let gather): if case .slot = gather.index { true } else { false }
        case .affine, .binary, .copy: true
        case .transpose, .reduce, .softmax, .broadcast, .convolve, .recur: false
        }
    }

    private static func isDense(_ kind: UnaryKind) -> Bool {
        switch kind {
        case .identity, .negate, .absolute, .relu, .sigmoid, .tanh: true
        case .sign, .exponential, .logarithm, .squareRoot, .reciprocal, .square, .softplus, .erf, .gelu: false
        }
    }
}
