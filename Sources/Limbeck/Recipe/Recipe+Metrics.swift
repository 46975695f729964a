import LimbeckEvaluation
import LimbeckSeries

extension Recipe {
    /// The metrics that `task.metrics` and the target ask for besides the usual ones.
    ///
    /// Throws for names that are unknown, and for those of another question.
    func metrics(_ catalog: MetricCatalog) throws -> [any Metric] {
        let wanted: MetricTask = task.kind == .classify ? .classification : .regression
        let fitting = catalog.entries.filter { $0.task == wanted }
        for (index, name) in task.metrics.enumerated() {
            let key = "task.metrics[\(index)]"
            try check(name, among: catalog.names, at: key)
            guard fitting.contains(where: { $0.name == name }) else {
                throw error(
                    at: key,
                    "\(name) is not for kind: \(task.kind.rawValue), which has \(fitting.map(\.name).joined(separator: ", "))"
                )
            }
        }
        let usual = Set(ForecastScorer.standard.map(\.name))
        let targeted = (try until.parsed()?.metrics ?? []).map(\.name)
        return fitting.filter { entry in
            (task.metrics + targeted).contains(entry.name) && !(wanted == .regression && usual.contains(entry.name))
        }.map { $0.make() }
    }
}
