import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// The names that a target may use.
public struct UntilVocabulary: Hashable, Sendable {
    /// Who is measured.
    public var roles: [String]
    /// What is measured on forecasts, on average or at a horizon.
    public var metrics: [String]
    /// What is measured on the model itself.
    public var costs: [String]
    /// Metrics that are measured where a target names them.
    public var further: [String]

    public init(roles: [String], metrics: [String], costs: [String], further: [String] = []) {
        self.roles = roles
        self.metrics = metrics
        self.costs = costs
        self.further = further
    }

    public static let standard = UntilVocabulary(
        roles: ["student", "shipped", "teacher", "conventional"]
            + [BaselineCatalog.standard, .labels].flatMap { $0.entries.map(\.name).reversed() }.reduce(into: []) {
                if !$0.contains($1) { $0.append($1) }
            },
        metrics: ScoreColumn.all.map(\.metric), costs: Cost.allCases.map(\.rawValue),
        further: MetricCatalog.standard.names)

    func check(_ metric: UntilMetric, in text: String) throws {
        try check(metric.role, "role", among: roles, metric, offset: 0, in: text)
        let isMeasured = metrics.contains(metric.name) || further.contains(metric.name)
        if !isMeasured {
            try check(
                metric.name, "metric", among: metrics + costs, metric, offset: metric.role.count + 1,
                in: text)
        }
        if let channel = metric.channel, !isMeasured {
            throw UntilProblem(
                "\(metric.name) is of the whole model, not of the channel \(channel); write "
                    + "\(metric.role).\(metric.name)", in: text, at: metric.position
            ).error
        }
        if metric.horizon != nil, !isMeasured {
            throw UntilProblem(
                "\(metric.name) has no horizon; write \(metric.role).\(metric.name)", in: text,
                at: metric.position
            ).error
        }
    }

    private func check(
        _ name: String, _ kind: String, among names: [String], _ metric: UntilMetric, offset: Int,
        in text: String
    ) throws {
        if names.contains(name) { return }
        let sentence = Suggestion.sentence(name, among: names, known: "Known here")
        throw UntilProblem(
            "unknown \(kind) \"\(name)\"\(sentence)", in: text, at: metric.position + offset
        ).error
    }
}
