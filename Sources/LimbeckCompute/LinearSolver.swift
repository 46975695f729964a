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

/// Products for closed-form fits, in double precision.
public enum DenseAlgebra {
    /// Adds to `y` `[left, width]` the first `left` columns of row-major X `[rows, width]`, transposed, times X. Only
    /// entries on and right of the diagonal are complete.
    public static func addCross(_ x: [Double], rows: Int, width: Int, left: Int, to y: inout [Double]) {
        precondition(rows * width <= x.count && left <= width && y.count == left * width, "addCross: sizes do not fit")
        lk_cross(x, Int64(rows), Int64(width), Int64(left), &y)
    }
}
