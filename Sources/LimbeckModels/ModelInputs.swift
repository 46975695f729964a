public import LimbeckCompute
public import LimbeckRuntime

/// Extents every forecasting model is built for.
public struct ForecastShape: Hashable, Sendable {
    public var history, horizon, nodes, channels: Int
    /// Seconds between steps.
    public var step: Int64

    public init(history: Int, horizon: Int, nodes: Int, channels: Int, step: Int64) {
        self.history = history
        self.horizon = horizon
        self.nodes = nodes
        self.channels = channels
        self.step = step
    }

    /// Distinct values of a calendar field at this step; hours of the day where the step does
    /// not divide a day.
    public func cardinality(_ field: CalendarSlot.Field) -> Int {
        supported(field).cardinality(step: step) ?? 24
    }

    /// `field`, or the nearest one that every step can have.
    public func supported(_ field: CalendarSlot.Field) -> CalendarSlot.Field {
        guard field.cardinality(step: step) == nil else { return field }
        return field == .stepOfWeek ? .hourOfWeek : .hourOfDay
    }
}

/// What a model reads: history, and whatever of the calendar it asks for.
///
/// Asking declares an input of the computation, so that training, evaluation and the exported
/// student feed exactly what the model uses.
public final class ModelInputs {
    public let trace: Trace
    public let shape: ForecastShape
    public let batch: Int
    /// Scaled values, `[B, T, N, C]`.
    public let history: Tensor
    private var calendar: [CalendarSlot: Tensor] = [:]

    public init(_ trace: Trace, shape: ForecastShape, batch: Int) {
        self.trace = trace
        self.shape = shape
        self.batch = batch
        history = trace.input(
            "history", [batch, shape.history, shape.nodes, shape.channels])
    }

    /// Whole numbers `[B, slot.count]`.
    public func calendar(_ slot: CalendarSlot) -> Tensor {
        var slot = slot
        slot.field = shape.supported(slot.field)
        if let known = calendar[slot] { return known }
        let tensor = trace.input(Self.name(slot), [batch, slot.count], .int32)
        calendar[slot] = tensor
        return tensor
    }

    /// Every slot asked for so far, in a stable order.
    public var slots: [CalendarSlot] {
        calendar.keys.sorted { Self.name($0) < Self.name($1) }
    }

    public static func name(_ slot: CalendarSlot) -> String {
        "calendar.\(slot.field).\(slot.first).\(slot.count)"
    }
}
