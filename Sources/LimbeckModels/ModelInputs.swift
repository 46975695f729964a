public import LimbeckCompute
public import LimbeckRuntime

/// Extents every forecasting model is built for.
public struct ForecastShape: Sendable {
    public var history, horizon, nodes, channels: Int
    /// Channels that are forecast, the first of `channels`; those behind them are covariates, read alone.
    public var outputs: Int
    /// Covariates that are known ahead, the last of `channels`: a step of the window holds what they will be `horizon`
    /// steps later.
    public var future = 0
    /// Numbers known of each place for good (static covariates).
    public var facts = 0
    /// Seconds between steps.
    public var step: Int64
    /// What a profile is told by.
    public var seasons: Seasons
    /// How it is kept.
    public var profileForm = ProfileForm.full
    /// What is asked of each place.
    public var head: any Head = PointHead()

    /// The entry of a scaler, by place and channel, that a number of a forecast `[…, N, O]` has.
    public func entry(_ index: Int) -> Int {
        outputs == channels ? index % (nodes * channels) : index / outputs % nodes * channels + index % outputs
    }

    /// The same of an answer `[…, N, O·Q]`, which has several numbers for each target channel where it has quantiles.
    public func answerEntry(_ index: Int) -> Int { entry(index / max(1, answerWidth / outputs)) }

    /// Steps of an answer, and numbers of each of them and each place.
    public var answerSteps: Int { head.steps(self) }
    public var answerWidth: Int { head.answers(self) }
    public var answerCount: Int { answerSteps * nodes * answerWidth }
    /// Numbers that losses read of one window, `[S, N, W]`.
    public var outputCount: Int { answerSteps * nodes * head.width(self) }

    /// - Parameter outputs: nil for all channels.
    /// - Parameter seasons: nil for those of day and week that the step can tell.
    public init(
        history: Int, horizon: Int, nodes: Int, channels: Int, outputs: Int? = nil, future: Int = 0, step: Int64,
        seasons: Seasons? = nil
    ) {
        self.history = history
        self.horizon = horizon
        self.nodes = nodes
        self.channels = channels
        self.outputs = outputs ?? channels
        self.future = future
        self.step = step
        self.seasons =
            seasons ?? (step < Seasons.day.seconds ? [.day, .week] : step < Seasons.week.seconds ? .week : [])
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
    /// Profiles are fed with the windows, out of fold, instead of looked up in their tables.
    public let feedsProfile: Bool
    private var spans: [ProfileSpan: Tensor] = [:]
    private var calendar: [CalendarSlot: Tensor] = [:]

    public init(_ trace: Trace, shape: ForecastShape, batch: Int, feedsProfile: Bool = false) {
        self.trace = trace
        self.shape = shape
        self.batch = batch
        self.feedsProfile = feedsProfile
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

    /// What is usual from `first` steps after the origin on, scaled, `[B, count, N, O]`; fed with the windows.
    public func profile(_ span: ProfileSpan) -> Tensor {
        if let known = spans[span] { return known }
        let tensor = trace.input(span.name, [batch, span.count, shape.nodes, shape.outputs])
        spans[span] = tensor
        return tensor
    }

    /// Every span asked for so far, in a stable order.
    public var profileSpans: [ProfileSpan] { spans.keys.sorted { $0.name < $1.name } }

    /// Every slot asked for so far, in a stable order.
    public var slots: [CalendarSlot] {
        calendar.keys.sorted { Self.name($0) < Self.name($1) }
    }

    public static func name(_ slot: CalendarSlot) -> String {
        "calendar.\(slot.field).\(slot.first).\(slot.count)"
    }
}

/// Steps from the origin of which a model reads what is usual.
public struct ProfileSpan: Hashable, Sendable {
    public var first, count: Int

    public init(first: Int, count: Int) {
        self.first = first
        self.count = count
    }

    var name: String { "profile.\(first).\(count)" }
}
