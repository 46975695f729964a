import LimbeckEvaluation
import LimbeckSeries

extension Recipe {
    /// The metrics that `task.metrics` and the target ask for besides the usual ones.
    ///
    /// - Parameter classes: of which one holds; nil for values and labels.
    ///
    /// Throws for names that are unknown, and for those of another question.
    func metrics(_ catalog: MetricCatalog, classes: Int? = nil) throws -> [any Metric] {
        let wanted: MetricTask = task.kind == .classify ? .classification : .regression
        let fitting = catalog.entries.filter { $0.task == wanted && Self.isFor($0.make(), classes) }
        let question = classes.map { "\($0) classes" } ?? "kind: \(task.kind.rawValue)"
        func refuse(_ name: String, at key: String) throws {
            guard !fitting.contains(where: { $0.name == name }) else { return }
            throw error(
                at: key, "\(name) is not for \(question), which has \(fitting.map(\.name).joined(separator: ", "))")
        }
        for (index, name) in task.metrics.enumerated() {
            try check(name, among: catalog.names, at: "task.metrics[\(index)]")
            try refuse(name, at: "task.metrics[\(index)]")
        }
        let targeted = (try until.parsed()?.metrics ?? []).map(\.name)
        let told: Set = task.quantiles.isEmpty ? [] : ["coverage", "crps"] as Set
        for name in targeted where catalog.names.contains(name) && !told.contains(name) {
            // What a binary metric is to classes the scorer tells of each class.
            if classes != nil, ["averagePrecision", "rocAUC"].contains(name) { continue }
            try refuse(name, at: "until.target")
        }
        let usual = Set(ForecastScorer.standard.map(\.name) + (classes == nil ? [] : ["averagePrecision", "rocAUC"]))
        return fitting.filter { (task.metrics + targeted).contains($0.name) && !usual.contains($0.name) }
            .map { $0.make() }
    }

    /// Whether a metric is defined for so many classes, tried on one of each.
    private static func isFor(_ metric: any Metric, _ classes: Int?) -> Bool {
        guard let classes, classes > 2 else { return true }
        let predicted = [Float](repeating: 1 / Float(classes), count: classes * classes)
        guard
            let input = try? MetricInput(predicted: predicted, expected: (0..<classes).map(Float.init), width: classes)
        else { return true }
        do { _ = try metric.value(input) } catch let error as EvaluationError where error.code == .shape {
            return false
        } catch {}
        return true
    }
}
