import LimbeckCompute
import LimbeckNN
import LimbeckRuntime

/// The parts embedding models share: what is usual for this place and hour, and who and when.
struct PlaceAndTime {
    var shape: ForecastShape

    /// The usual course of the channels that are forecast over the data's seasons, measured on the training part:
    /// history `[B, N, T·O]` and target `[B, N, H·O]`, scaled. Looked up in tables, or as fed out of fold.
    func profile(_ inputs: ModelInputs, _ scope: Scope) -> (history: Tensor, target: Tensor) {
        let size = shape.nodes * shape.outputs, seasons = shape.seasons, scope = scope.child("profile")
        let parts = shape.profileParts.map { part in
            (
                part: part, table: scope.state(part.name, [part.bins, part.rank ?? size], .constant(0)),
                weights: part.rank.map { scope.state("\(part.name)Weights", [$0, size], .constant(0)) }
            )
        }
        let year = seasons.contains(.year) ? scope.state("year", [SeasonalMeans.weeks, size], .constant(0)) : nil
        func rows(first: Int, count: Int) -> Tensor {
            if inputs.feedsProfile {
                return inputs.profile(ProfileSpan(first: first, count: count))
            }
            let extents: Shape = [inputs.batch, count, shape.nodes, shape.outputs]
            func looked(_ table: Tensor, _ field: CalendarSlot.Field, _ weights: Tensor? = nil) -> Tensor {
                let rows = table.gather(inputs.calendar(CalendarSlot(field, first: first, count: count)))
                guard let weights else { return rows.reshaped(extents) }
                return rows.reshaped([inputs.batch * count, table.shape[1]]).matmul(weights).reshaped(extents)
            }
            let summands = parts.map { part, table, weights in
                part.field.map { looked(table, $0, weights) }
                    ?? table.reshaped([1, 1, shape.nodes, shape.outputs]).broadcast(to: extents)
            }
            let clock = summands.dropFirst().reduce(summands[0], +)
            return year.map { clock + looked($0, SeasonalMeans.yearField) } ?? clock
        }
        return (
            rows(first: -shape.history, count: shape.history).byPlace,
            rows(first: 0, count: shape.horizon).byPlace
        )
    }

    /// Numbers of the profile and of places, by path below the model's scope.
    static func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        var tables: [String: [Float]] = [:]
        for (part, kept) in zip(data.shape.profileParts, data.profile.kept) {
            tables["profile/\(part.name)"] = kept.table.map { Float($0) }
            if part.rank != nil { tables["profile/\(part.name)Weights"] = kept.weights.map { Float($0) } }
        }
        if data.shape.seasons.contains(.year) { tables["profile/year"] = data.profile.year }
        if data.shape.facts > 0 { tables["place/facts"] = data.facts }
        return tables
    }

    /// Features of each place, `[B, N, width]`: a linear map of scaled history, the target's
    /// profile and the targets' history less its profile, plus embeddings of place, hour and weekdays.
    ///
    /// A linear map of a concatenation is the sum of the parts' maps, so nothing is concatenated
    /// over embeddings and the embeddings need no map of their own (STID: Shao et al. 2022,
    /// equations 2-4, with the projections merged).
    func features(
        _ inputs: ModelInputs, width: Int,
        profile: (history: Tensor, target: Tensor), _ scope: Scope
    ) -> Tensor {
        let history = inputs.history.byPlace
        let unusual = inputs.history.channels(shape.outputs).byPlace - profile.history
        let all = concatenate([history, profile.target, unusual], axis: -1)
        let identity = identity(inputs, width: width, scope)
        return Dense(width)(all, scope.child("input")) + identity.place + identity.time
    }

    /// Who and when: embeddings of each place `[N, width]`, with a linear map of what is known of it, and of hour and
    /// weekdays `[B, 1, width]`.
    func identity(_ inputs: ModelInputs, width: Int, _ scope: Scope) -> (place: Tensor, time: Tensor) {
        var place = scope.child("place").parameter("table", [shape.nodes, width], .normal(0.1))
        if let facts = facts(width: width, scope) { place = place + facts }
        let hour = Embedding(shape.cardinality(.stepOfDay), width)(
            inputs.calendar(CalendarSlot(.stepOfDay)), scope.child("hour"))
        let first = Embedding(7, width)(
            inputs.calendar(CalendarSlot(.weekday)), scope.child("firstDay"))
        let last = Embedding(7, width)(
            inputs.calendar(CalendarSlot(.weekday, first: shape.horizon - 1)), scope.child("lastDay"))
        return (place, hour + first + last)
    }

    /// A linear map of what is known of each place for good, `[N, width]`; nil where nothing is.
    func facts(width: Int, _ scope: Scope) -> Tensor? {
        guard shape.facts > 0 else { return nil }
        let place = scope.child("place")
        return place.state("facts", [shape.nodes, shape.facts], .constant(0))
            .matmul(place.parameter("factWeights", [shape.facts, width], .normal(0.1)))
    }

    /// Each place's history as a sequence: scaled values, and targets less their profile,
    /// `[T, B·N, C + O]`.
    func sequences(_ inputs: ModelInputs, profile: Tensor) -> Tensor {
        let batch = inputs.batch
        let history = inputs.history.transposed([1, 0, 2, 3])
        let usual = profile.reshaped([batch, shape.nodes, shape.history, shape.outputs]).transposed([2, 0, 1, 3])
        return concatenate([history, history.channels(shape.outputs) - usual], axis: -1)
            .reshaped([shape.history, batch * shape.nodes, shape.channels + shape.outputs])
    }

    /// From what a sequence came to `[B·N, width]` to the answer: with who and when, and one hidden
    /// layer.
    func forecast(
        fromSequences state: Tensor, _ inputs: ModelInputs, profile: Tensor, _ scope: Scope
    ) -> Tensor {
        let width = state.shape[-1]
        let identity = identity(inputs, width: width, scope)
        let features = state.reshaped([inputs.batch, shape.nodes, width]) + identity.place + identity.time
        let inner = relu(Dense(width)(features, scope.child("in")))
        return forecast(features + Dense(width)(inner, scope.child("out")), profile: profile, scope)
    }

    /// What the last reading says beside what is usual, for every step ahead, `[B, N, H·O]`: a linear map that passes
    /// by the blocks, since a ReLU network is slow to learn to repeat a value.
    func carried(_ inputs: ModelInputs, profile: Tensor, _ scope: Scope) -> Tensor {
        let outputs = shape.outputs
        let last = inputs.history.sliced(axis: 1, start: shape.history - 1, length: 1).channels(outputs)
            .reshaped([inputs.batch, shape.nodes, outputs])
        let usual = profile.sliced(axis: 2, start: (shape.history - 1) * outputs, length: outputs)
        return (last - usual).matmul(
            scope.child("last").parameter("weight", [outputs, shape.horizon * outputs], .constant(0)))
    }

    /// From features `[B, N, width]` to the answer `[B, S, N, W]`, on top of the profile.
    func forecast(_ features: Tensor, profile: Tensor, _ scope: Scope) -> Tensor {
        let numbers = Dense(shape.head.count(shape))(relu(features), scope.child("head"))
        return shape.head(numbers, usual: profile, shape)
    }
}

extension Tensor {
    /// The first channels of `[…, C]`.
    func channels(_ count: Int) -> Tensor {
        count == shape[-1] ? self : sliced(axis: shape.rank - 1, start: 0, length: count)
    }

    /// `[B, T, N, C] → [B, N, T·C]`.
    var byPlace: Tensor {
        transposed([0, 2, 1, 3]).reshaped([shape[0], shape[2], shape[1] * shape[3]])
    }
}
