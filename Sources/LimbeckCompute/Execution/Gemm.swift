import CLimbeckKernels

#if OneDNN
    import ConeDNN
#endif

/// One single-precision matrix product on the caller's thread: oneDNN's where it is there.
struct Gemm {
    var transposeA, transposeB: Bool
    var m, n, k: Int
    var lda, ldb, ldc: Int

    /// C[range] = op(A) op(B) + beta C, where `range` counts rows of C, or else columns.
    func run(
        _ range: Range<Int>, ofRows: Bool, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, beta: Float = 0
    ) {
        let first = range.lowerBound
        if ofRows {
            multiply(
                rows: range.count, columns: n, a + (transposeA ? first : first * lda), b,
                c + first * ldc, beta)
        } else {
            multiply(
                rows: m, columns: range.count, a, b + (transposeB ? first * ldb : first),
                c + first, beta)
        }
    }

    private func multiply(
        rows: Int, columns: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, _ beta: Float
    ) {
        guard isColliding, columns > Self.blockColumns else {
            return product(rows: rows, columns: columns, a, b, ldb, c, beta)
        }
        var first = 0
        while first < columns {
            let width = min(Self.blockColumns, columns - first)
            let block = lk_block(b + first, Int64(ldb), Int64(k), Int64(width))
            guard let block else { return }
            product(rows: rows, columns: width, a, block, width, c + first, beta)
            first += width
        }
    }

    /// Rows of B this far apart fall on the same few cache sets, which halves the speed of a product;
    /// blocks of its columns, copied side by side, restore it (see Documentation/Decisions.md).
    private var isColliding: Bool {
        !transposeB && ldb % 512 == 0 && k >= 64 && k * Self.blockColumns <= Int(LK_BLOCK)
    }

    private static let blockColumns = 128

    private func product(
        rows: Int, columns: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ ldb: Int,
        _ c: UnsafeMutablePointer<Float>, _ beta: Float
    ) {
        #if OneDNN
            _ = InstructionSet.library
            let yes = CChar(UInt8(ascii: "T")), no = CChar(UInt8(ascii: "N"))
            dnnl_sgemm(
                transposeA ? yes : no, transposeB ? yes : no, Int64(rows), Int64(columns), Int64(k),
                1, a, Int64(lda), b, Int64(ldb), beta, c, Int64(ldc))
        #else
            lk_gemm(
                transposeA, transposeB, Int64(rows), Int64(columns), Int64(k), a, Int64(lda), b,
                Int64(ldb), beta, c, Int64(ldc))
        #endif
    }
}
