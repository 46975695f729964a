/// Samples grouped by falling probability of one class, with ties together.
struct Ranking {
    struct Step {
        var positives = 0
        var negatives = 0
    }

    /// Falling probability; samples of equal probability share a step.
    private(set) var steps: [Step] = []
    private(set) var positives = 0
    private(set) var negatives = 0

    init(_ decisions: Decisions, of label: Int) {
        let order = (0..<decisions.count).sorted {
            decisions.probability($0, label) > decisions.probability($1, label)
        }
        var previous: Double?
        for sample in order {
            let probability = decisions.probability(sample, label)
            if previous != probability { steps.append(Step()) }
            previous = probability
            if decisions.expected[sample] == label {
                steps[steps.count - 1].positives += 1
                positives += 1
            } else {
                steps[steps.count - 1].negatives += 1
                negatives += 1
            }
        }
    }

    /// Chance that a positive outranks a negative, ties counting half.
    var areaUnderROC: Double {
        var area = 0.0
        var above = 0
        for step in steps {
            area += Double(step.negatives) * (Double(above) + 0.5 * Double(step.positives))
            above += step.positives
        }
        return area / (Double(positives) * Double(negatives))
    }

    /// `Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ`, without interpolation.
    var averagePrecision: Double {
        var area = 0.0
        var found = 0
        var seen = 0
        for step in steps {
            found += step.positives
            seen += step.positives + step.negatives
            area += Double(step.positives) * Double(found) / Double(seen)
        }
        return area / Double(positives)
    }

    /// `area` of class 1, or for one probability per class the mean over classes, one against the
    /// rest. Throws `undefined` when a class is absent or alone.
    static func mean(
        _ input: MetricInput, for metric: String, _ area: (Ranking) -> Double
    ) throws -> MetricValue {
        let decisions = try Decisions(input, for: metric)
        let labels = input.width == 1 ? [1] : Array(0..<decisions.classCount)
        var sum = 0.0
        for label in labels {
            let ranking = Ranking(decisions, of: label)
            guard ranking.positives > 0, ranking.negatives > 0 else {
                throw EvaluationError(
                    .undefined,
                    "\(metric) has no value: class \(label) is true for"
                        + " \(ranking.positives) of \(decisions.count) samples")
            }
            sum += area(ranking)
        }
        return MetricValue(sum / Double(labels.count), count: decisions.count)
    }
}
