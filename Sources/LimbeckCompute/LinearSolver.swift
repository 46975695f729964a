import CLAPACK
import CLimbeckKernels

/// Solves A X = B for a symmetric positive definite A by Cholesky factorisation (LAPACK dposv).
public enum LinearSolver {
    /// `a` is `[n, n]`, `b` is `[rightHandSides, n]`, both row-major; the result is laid out as `b`.
    /// Nil when A is not positive definite.
    public static func solve(_ a: [Double], _ b: [Double], n: Int) -> [Double]? {
        precondition(a.count == n * n && b.count % n == 0, "LinearSolver: sizes do not fit")
        var (matrix, result) = (a, b)
        var (order, sides, info) = (Int32(n), Int32(b.count / n), Int32(0))
        var leading = order
        var leadingB = order
        dposv_("U", &order, &sides, &matrix, &leading, &result, &leadingB, &info)
        return info == 0 ? result : nil
    }
}

/// Products for closed-form fits.
public enum DenseAlgebra {
    /// XᵀX of row-major `[rows, columns]`.
    public static func gram(_ x: [Float], rows: Int, columns: Int) -> [Float] {
        var result = [Float](repeating: 0, count: columns * columns)
        guard rows > 0 else { return result }
        lk_keep_to_one_thread()
        Gemm(
            transposeA: true, transposeB: false, m: columns, n: columns, k: rows, lda: columns, ldb: columns,
            ldc: columns
        )
        .run(0..<columns, ofRows: true, x, x, &result)
        return result
    }

    /// Xᵀy of row-major `[rows, columns]` and `[rows]`.
    public static func moment(_ x: [Float], _ y: [Float], rows: Int, columns: Int) -> [Float] {
        var result = [Float](repeating: 0, count: columns)
        guard rows > 0 else { return result }
        lk_keep_to_one_thread()
        Gemm(transposeA: true, transposeB: false, m: columns, n: 1, k: rows, lda: columns, ldb: 1, ldc: 1)
            .run(0..<columns, ofRows: true, x, y, &result)
        return result
    }
}
