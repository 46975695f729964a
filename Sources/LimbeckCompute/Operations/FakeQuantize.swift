import CLimbeckKernels

/// What an int8 device will see of a value: the nearest multiple of the largest size over 127, of the
/// whole tensor or of each channel, the last axis. The gradient passes as if nothing were rounded
/// (straight-through estimator; Jacob et al. 2018, "Quantization and Training").
struct FakeQuantize: Operation {
    /// Each channel has its own scale.
    var byChannel: Bool
    var name: String { "fake quantize" }

    func type(_ operands: [TensorType]) -> TensorType { operands[0] }
    func gradient(_ site: GradientSite) -> [Tensor?] { [site.upstream] }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(flops: 4 * result.shape.count, bytes: 12 * result.shape.count)
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let (x, y) = (site.operands[0], site.result)
        let count = site.resultType.shape.count
        let channels = byChannel ? site.resultType.shape[-1] : 1
        return [.serial { lk_fake_quantize(x, y, Int64(count / channels), Int64(channels)) }]
    }
}

extension Tensor {
    /// See `FakeQuantize`.
    public func fakeQuantized(byChannel: Bool) -> Tensor {
        trace.apply(FakeQuantize(byChannel: byChannel), [self])
    }
}
