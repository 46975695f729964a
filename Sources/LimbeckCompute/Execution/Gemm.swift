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
        #if OneDNN
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
