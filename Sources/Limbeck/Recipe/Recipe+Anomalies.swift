import LimbeckData
import LimbeckModels
import LimbeckSeries

extension Recipe {
    /// Kinds of fault that are planted.
    func faults(_ catalog: FaultCatalog) throws -> [any Fault] {
        let names = task.faults.kinds
        for (index, name) in names.enumerated() {
            try check(name, among: catalog.names, at: "task.faults.kinds[\(index)]")
        }
        return catalog.entries.filter { names.isEmpty || names.contains($0.name) }.map(\.fault)
    }

    /// Labelled intervals, and what is to be said of them.
    func anomalies(of series: Series) throws -> (anomalies: [Anomaly], notes: [String]) {
        guard !task.anomalies.isEmpty else { return ([], []) }
        do {
            let (anomalies, outside) = try AnomalyFile.read(task.anomalies, of: series)
            return (
                anomalies,
                outside == 0
                    ? [] : ["warning: \(grouped(outside)) labelled intervals lie outside the data and do not count"]
            )
        } catch let error as DataError {
            throw self.error(
                at: "task.anomalies", error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message)
        }
    }
}
