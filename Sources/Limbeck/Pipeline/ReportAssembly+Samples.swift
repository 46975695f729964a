import LimbeckEvaluation
import LimbeckSeries

extension ReportAssembly {
    /// A few days spread over the test part, for a few places spread over the levels, of every channel.
    func samples() -> [ReportContent.Sample] {
        if let shown = data.problem.shown(contestants) { return samples(of: shown.labels, shown.answers) }
        return (0..<min(data.shape.outputs, 4)).flatMap(samples(channel:))
    }

    /// Days on which something held, at the places where most did: probabilities beside what came.
    private func samples(of labels: Labels, _ answers: [(Contestant, Forecast)]) -> [ReportContent.Sample] {
        let origins = data.test, truth = labels.truth
        let day = min(origins.count, max(12, series.times.steps(in: 86_400)))
        func held(_ node: Int, _ label: Int, _ part: Range<Int>) -> Int {
            part.count { time in
                let cell = truth.offset(time: time, node: node, channel: label)
                return truth.observed[cell] && truth.values[cell] > 0.5
            }
        }
        let starts = stride(from: 0, through: origins.count - day, by: day)
        return (0..<min(labels.count, 4)).flatMap { label -> [ReportContent.Sample] in
            let nodes = series.places.indices.map { ($0, held($0, label, data.partition.test)) }
                .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(4).map(\.0)
            return nodes.flatMap { node -> [ReportContent.Sample] in
                let best = starts.map { ($0, held(node, label, origins[$0]..<origins[$0] + day)) }
                    .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(2).map(\.0)
                return best.map { start in
                    let window = start..<start + day
                    var forecasts: [String: [Double?]] = [:]
                    for (one, answer) in answers where one.role != .persistence {
                        forecasts[one.role.rawValue] = window.map {
                            Double(answer.values[answer.offset(origin: $0, step: 0, node: node, channel: label)])
                        }
                    }
                    return ReportContent.Sample(
                        place: series.places[node].id + (labels.count > 1 ? ", \(labels.names[label])" : ""),
                        origin: stamp(origins[start]), times: window.map { stamp(origins[$0]) },
                        truth: window.map { index in
                            let cell = truth.offset(time: origins[index], node: node, channel: label)
                            return truth.observed[cell] ? Double(truth.values[cell]) : nil
                        }, forecasts: forecasts, unit: "probability")
                }
            }
        }
    }

    private func samples(channel: Int) -> [ReportContent.Sample] {
        let origins = data.test
        guard !origins.isEmpty else { return [] }
        let days = 5
        let history = data.shape.history, horizon = data.shape.horizon
        let drawn = contestants.map { (role: $0.role, answer: data.problem.drawn($0.test)) }
        let chosen = (0..<days).map { origins.count * (2 * $0 + 1) / (2 * days) }
        let nodes = stride(from: 0, to: series.nodeCount, by: max(1, series.nodeCount / 6)).prefix(8)
        return chosen.flatMap { index in
            nodes.map { node in
                let origin = origins[index]
                let steps = origin - history..<origin + horizon
                var forecasts: [String: [Double?]] = [:]
                for one in drawn where one.role != .persistence {
                    forecasts[one.role.rawValue] = (0..<horizon).map { step in
                        Double(
                            one.answer.values[
                                one.answer.offset(origin: index, step: step, node: node, channel: channel)])
                    }
                }
                return ReportContent.Sample(
                    // Made when the last reading of its history was in.
                    place: series.places[node].id
                        + (data.shape.outputs > 1 ? ", \(series.channels[channel].name)" : ""),
                    origin: stamp(origin - 1), times: steps.map(stamp),
                    truth: steps.map {
                        series.isObserved(time: $0, node: node, channel: channel)
                            ? Double(series[$0, node, channel]) : nil
                    }, forecasts: forecasts, unit: series.channels[channel].unit)
            }
        }
    }

    private func stamp(_ index: Int) -> String {
        let fields = series.times.local(index)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(fields.year)-\(two(fields.month))-\(two(fields.day)) \(two(fields.hour)):\(two(fields.minute))"
    }
}
