public import LimbeckCompute

/// One value of each target channel at each step of the horizon, `[B, H, N, O]`.
public struct PointHead: Head {
    public init() {}

    public var name: String { "points" }
    public var output: ModelOutput { .values }
    public func count(_ shape: ForecastShape) -> Int { shape.horizon * shape.outputs }
    public func steps(_ shape: ForecastShape) -> Int { shape.horizon }
    public func width(_ shape: ForecastShape) -> Int { shape.outputs }

    public func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor {
        (usual.map { numbers + $0 } ?? numbers)
            .reshaped([numbers.shape[0], shape.nodes, shape.horizon, shape.outputs])
            .transposed([0, 2, 1, 3])
    }
}
