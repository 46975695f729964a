public import LimbeckCompute
import LimbeckNN

/// One linear map from history to horizon, shared by all places, of the history less its last
/// value (after Zeng et al. 2023, "NLinear"). It reads no covariates.
///
/// Asked for anything but values, it is one linear map of the whole history, covariates too: of labels, logistic
/// regression.
public struct LinearForecast: Model {
    public struct Configuration: Codable, Sendable {
        /// Add a learned constant for each place and step.
        public var perPlace = true

        public init() {}
    }

    let configuration: Configuration
    let shape: ForecastShape

    public init(_ configuration: Configuration, _ context: ModelContext) {
        self.configuration = configuration
        shape = context.shape
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        shape.head.output == .values ? forecast(inputs, scope) : answer(inputs, scope)
    }

    private func forecast(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let (batch, nodes, channels) = (inputs.batch, shape.nodes, shape.outputs)
        // [B, T, N, C] → [B, N, C, T]
        let history = inputs.history.channels(channels).transposed([0, 2, 3, 1])
        let last = history.sliced(axis: 3, start: shape.history - 1, length: 1)
        var forecast = Dense(shape.horizon)(history - last, scope.child("map")) + last
        if configuration.perPlace {
            forecast =
                forecast
                + scope.child("place").parameter("table", [nodes, channels, shape.horizon], .constant(0))
        }
        return forecast.reshaped([batch, nodes, channels, shape.horizon]).transposed([0, 3, 1, 2])
    }

    private func answer(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let count = shape.head.count(shape)
        var numbers = Dense(count)(inputs.history.byPlace, scope.child("map"))
        if configuration.perPlace {
            numbers = numbers + scope.child("place").parameter("table", [shape.nodes, count], .constant(0))
        }
        return shape.head(numbers, usual: nil, shape)
    }
}
