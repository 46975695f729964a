import CLimbeckKernels

/// 2-D convolution, channels last: x `[B, H, W, C]` by a weight `[h, w, C, O]` with odd h and w, stride 1,
/// zeros around the image so that the result is `[B, H, W, O]`.
///
/// A few lines at a time are unfolded in a core's cache and multiplied by the weight. The gradient for
/// x is the convolution by the turned weight.
struct Convolution: Operation {
    /// By the weight turned by 180° with inputs and outputs exchanged.
    var isReverse = false
    var name: String { isReverse ? "convolution, reversed" : "convolution" }

    func type(_ operands: [TensorType]) -> TensorType {
        let (x, weight) = (operands[0].shape, operands[1].shape)
        precondition(
            x.rank == 4 && weight.rank == 4 && weight[0] % 2 == 1 && weight[1] % 2 == 1
                && x[3] == weight[isReverse ? 3 : 2],
            "convolution: \(x) by \(weight); needs [B, H, W, C] and [h, w, C, O] with odd h and w")
        return TensorType([x[0], x[1], x[2], weight[isReverse ? 2 : 3]])
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(
            flops: 2 * operands[0].shape.count(0..<3) * operands[1].shape.count,
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        precondition(!isReverse, "convolution: a reversed convolution is not differentiated again")
        let (x, weight, dy) = (site.operands[0], site.operands[1], site.upstream)
        return [
            dy.trace.apply(Convolution(isReverse: true), [dy, weight]),
            dy.trace.apply(ConvolutionWeightGradient(weight: weight.shape), [x, dy]),
        ]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape[0], reads: [.rows, .whole])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let unfolding = Unfolding(site.operandTypes[0].shape, kernel: site.operandTypes[1].shape, site.resources)
        let (x, weight, y) = (site.operands[0], site.operands[1], site.result)
        let outputs = site.resultType.shape[3], inputs = site.operandTypes[0].shape[3]
        let each = site.resultType.shape[0] / site.rows
        let taps = site.operandTypes[1].shape.count(0..<2)
        let turned = isReverse ? site.resources.forEachWorker(site.operandTypes[1].shape.count) : []
        let isReverse = isReverse
        let gemm = Gemm(
            transposeA: false, transposeB: false, m: 0, n: outputs, k: unfolding.width, lda: unfolding.width,
            ldb: outputs, ldc: outputs)
        return { slab in
            var kernel = slab[weight]
            if isReverse {
                kernel = turned[slab.worker]
                if slab.isFirst {
                    lk_turn_kernel(slab[weight], kernel, Int64(taps), Int64(outputs), Int64(inputs))
                }
            }
            for image in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                unfolding.forEachBlock(slab[x], image, slab.worker) { pixels, block in
                    gemm.run(
                        0..<pixels.count, ofRows: true, block, kernel,
                        slab[y] + (image * unfolding.pixels + pixels.lowerBound) * outputs)
                }
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

/// The gradient of a convolution's weight: each unfolded pixel of x times that of dy, summed.
struct ConvolutionWeightGradient: Operation {
    var weight: Shape
    var name: String { "convolution, weight gradient" }

    func type(_ operands: [TensorType]) -> TensorType { TensorType(weight) }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(
            flops: 2 * operands[0].shape.count(0..<3) * weight.count,
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: operands[0].shape[0], reads: [.rows, .rows], isSum: true)
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let unfolding = Unfolding(site.operandTypes[0].shape, kernel: weight, site.resources)
        let (x, dy, result) = (site.operands[0], site.operands[1], site.result)
        let outputs = weight[3], each = site.operandTypes[0].shape[0] / site.rows
        let gemm = Gemm(
            transposeA: true, transposeB: false, m: unfolding.width, n: outputs, k: 0, lda: unfolding.width,
            ldb: outputs, ldc: outputs)
        return { slab in
            var isFirst = slab.isFirst
            for image in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                unfolding.forEachBlock(slab[x], image, slab.worker) { pixels, block in
                    var gemm = gemm
                    gemm.k = pixels.count
                    gemm.run(
                        0..<gemm.m, ofRows: true, block,
                        slab[dy] + (image * unfolding.pixels + pixels.lowerBound) * outputs, slab[result],
                        beta: isFirst ? 0 : 1)
                    isFirst = false
                }
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

/// Lines of an image unfolded for a kernel, as many at a time as a core's cache holds.
private struct Unfolding {
    let image: lk_image
    let kernel: Shape
    let lines: Int
    let blocks: [UnsafeMutablePointer<Float>]

    private static let budget = 98_304

    init(_ x: Shape, kernel: Shape, _ resources: ExecutionResources) {
        image = lk_image(height: Int64(x[1]), width: Int64(x[2]), channels: Int64(x[3]))
        self.kernel = kernel
        let line = x[2] * kernel[0] * kernel[1] * x[3]
        lines = min(x[1], max(1, Self.budget / line))
        blocks = resources.forEachWorker(lines * line)
    }

    var pixels: Int { Int(image.height * image.width) }
    /// Numbers a kernel covers.
    var width: Int { kernel[0] * kernel[1] * Int(image.channels) }

    /// The pixels of each block of lines, and what the kernel covers around each.
    func forEachBlock(
        _ x: UnsafeMutablePointer<Float>, _ index: Int, _ worker: Int,
        _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let source = x + index * pixels * Int(image.channels), block = blocks[worker]
        let height = Int(image.height), columns = Int(image.width)
        withUnsafePointer(to: image) { image in
            for first in stride(from: 0, to: height, by: lines) {
                let last = min(first + lines, height)
                lk_unfold(source, block, image, Int64(kernel[0]), Int64(kernel[1]), Int64(first), Int64(last))
                body(first * columns..<last * columns, block)
            }
        }
    }
}

/// The largest of each `size` × `size` square: x `[B, H, W, C]` → `[B, H/size, W/size, C]`; lines and
/// columns left over are dropped.
struct MaxPool: Operation {
    var size: Int
    var name: String { "maxPool" }

    func type(_ operands: [TensorType]) -> TensorType {
        let x = operands[0].shape
        precondition(x.rank == 4 && x[1] >= size && x[2] >= size, "maxPool: \(x) has no square of \(size)")
        return TensorType([x[0], x[1] / size, x[2] / size, x[3]])
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        [site.upstream.trace.apply(MaxPoolGradient(size: size), [site.operands[0], site.result, site.upstream])]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape[0], reads: [.rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (x, y, size) = (site.operands[0], site.result, Int64(size))
        let shape = site.operandTypes[0].shape, each = shape[0] / site.rows
        let image = site.resources.copy([shape.image])
        let (from, to) = (shape.count(1..<4), site.resultType.shape.count(1..<4))
        return { slab in
            for index in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                lk_pool_maximum(slab[x] + index * from, slab[y] + index * to, image, size)
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

struct MaxPoolGradient: Operation {
    var size: Int
    var name: String { "maxPool, gradient" }

    func type(_ operands: [TensorType]) -> TensorType { operands[0] }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape[0], reads: [.rows, .rows, .rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (x, y, dy, dx) = (site.operands[0], site.operands[1], site.operands[2], site.result)
        let size = Int64(size), shape = site.resultType.shape, each = shape[0] / site.rows
        let image = site.resources.copy([shape.image])
        let (large, small) = (shape.count(1..<4), site.operandTypes[1].shape.count(1..<4))
        return { slab in
            for index in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                lk_pool_maximum_gradient(
                    slab[x] + index * large, slab[y] + index * small, slab[dy] + index * small,
                    slab[dx] + index * large, image, size)
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

extension Shape {
    /// Of one of `[B, H, W, C]`.
    fileprivate var image: lk_image {
        lk_image(height: Int64(self[1]), width: Int64(self[2]), channels: Int64(self[3]))
    }
}

extension Tensor {
    /// `[B, H, W, C]` by a weight `[h, w, C, O]`, zeros around the image → `[B, H, W, O]`.
    public func convolved(_ weight: Tensor) -> Tensor { trace.apply(Convolution(), [self, weight]) }

    /// The largest of each square: `[B, H, W, C]` → `[B, H/size, W/size, C]`.
    public func maxPooled(_ size: Int) -> Tensor { trace.apply(MaxPool(size: size), [self]) }
}
