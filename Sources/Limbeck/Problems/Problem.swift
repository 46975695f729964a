import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// What a run asks: the truth, the head that answers, the baselines beside it, and how answers are judged.
///
/// A kind of task is one of these; the stages of a run know nothing else of it.
protocol Problem: Sendable {
    var head: any Head { get }
    /// What heads of labels are compared with; nil for values.
    var labels: Labels? { get }
    /// The metric that is told first, lower is better, and its unit.
    var headline: String { get }
    var unit: String { get }
    /// What scores of their own are of, and the metric that is told of each.
    var parts: ReportContent.Parts { get }
    var partMetric: String { get }
    /// How thresholds are chosen, where not by F1.
    var thresholdRule: String? { get }
    /// The error that the best epoch is chosen by.
    var trainingMetric: String { get }
    /// The step and the largest difference that answers on a device may have, from the trained model's.
    var range: Double { get }
    /// Of what baselines may learn from, by the name of their role, which is told before each is fitted.
    func baselines(_ context: BaselineContext, _ catalogs: Catalogs, tell: (Role) -> Void) throws -> [(
        role: Role, forecaster: any Forecaster
    )]
    /// Of both parts.
    func scores(_ contestant: Contestant, horizons: [Int], seed: Int) throws -> [Score]
    /// Where the errors lie.
    func breakdown(_ contestant: Contestant) throws -> ErrorBreakdown
    /// At and above which a label is taken to hold; empty for values.
    func thresholds(_ contestant: Contestant) throws -> [Double]
    /// Labels that reports show, and what each contestant answered; nil for values.
    func shown(_ contestants: [Contestant]) -> (labels: Labels, answers: [(Contestant, Forecast)])?
    /// The one number of each channel that charts draw.
    func drawn(_ answer: Forecast) -> Forecast
    /// What a student's card says besides.
    func card(_ contestant: Contestant) throws -> [(key: String, value: String)]
    /// Training windows as they are drawn.
    func sampled(_ origins: [Int], _ sampling: Recipe.Training.Sampling) -> [Int]
    /// How answers are to be stretched so that they hold on validation; nil where nothing is to be.
    ///
    /// - Parameter truth: in the units of the answers, where they are not those of the data.
    func stretch(_ validation: Forecast, against truth: Series?) -> Stretch?
    /// Scaled values or logits of answers that were made elsewhere.
    func outputs(_ answer: Forecast, _ data: PreparedData) -> [Float]
}

extension Problem {
    /// Those of a catalog, each told of before it is fitted.
    func fitted(
        _ catalog: BaselineCatalog, _ context: BaselineContext, tell: (Role) -> Void
    ) throws -> [(role: Role, forecaster: any Forecaster)] {
        try catalog.entries.map { entry in
            let role = Role(rawValue: entry.name)
            tell(role)
            return (role, try entry.make(context))
        }
    }

    var parts: ReportContent.Parts { labels == nil ? .channels : .labels }
    var partMetric: String { headline }
    var thresholdRule: String? { nil }

    func thresholds(_ contestant: Contestant) throws -> [Double] { [] }

    func shown(_ contestants: [Contestant]) -> (labels: Labels, answers: [(Contestant, Forecast)])? { nil }

    func stretch(_ validation: Forecast, against truth: Series?) -> Stretch? { nil }

    /// As in tables: `MAE`.
    var headlineTitle: String { ScoreColumn.title(of: headline) }
}
