import CLimbeckKernels

/// softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) over the last axis, or its logarithm; the largest is
/// subtracted first.
struct Softmax: Operation {
    var isLogarithm = false
    var name: String { isLogarithm ? "logSoftmax" : "softmax" }

    func type(_ operands: [TensorType]) -> TensorType { operands[0] }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(flops: 4 * result.shape.count, bytes: 8 * result.shape.count)
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        let (y, dy) = (site.result, site.upstream)
        return isLogarithm
            ? [dy - exp(y) * dy.sum(axis: -1)] : [y * (dy - (dy * y).sum(axis: -1))]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape.count / result.shape[-1], reads: [.rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (x, y, isLogarithm) = (site.operands[0], site.result, isLogarithm)
        let width = site.resultType.shape[-1], each = site.width / width
        return { slab in
            lk_softmax(
                slab[x], slab[y], Int64(slab.rows.lowerBound * each), Int64(slab.rows.upperBound * each),
                Int64(width), isLogarithm)
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let (x, y, isLogarithm) = (site.operands[0], site.result, isLogarithm)
        let width = site.resultType.shape[-1], count = site.resultType.shape.count
        return [
            .ranges(count / width, work: 8 * count) {
                lk_softmax(x, y, Int64($0.lowerBound), Int64($0.upperBound), Int64(width), isLogarithm)
            }
        ]
    }
}

public func softmax(_ x: Tensor) -> Tensor { x.trace.apply(Softmax(), [x]) }
public func logSoftmax(_ x: Tensor) -> Tensor { x.trace.apply(Softmax(isLogarithm: true), [x]) }
