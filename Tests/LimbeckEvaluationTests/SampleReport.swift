import Foundation
import LimbeckEvaluation

/// A made-up but plausible report: seven models, twenty-one places, a whole week of samples.
enum SampleReport {
    static let content: ReportContent = {
        var random = Linear(state: 42)
        var content = ReportContent(
            title: "Auckland pedestrian counters",
            headline: "A student 27 times smaller keeps 97 % of its teacher’s accuracy",
            summary: "A graph teacher of 237,412 parameters, distilled into a small network of"
                + " 8,736 that forecasts 21 counters 12 hours ahead.",
            verdict: "Distillation helped: 47.31 ± 0.14 MAE against 48.92 ± 0.21 for the same"
                + " student without a teacher, over 3 seeds.",
            helped: true, models: models(), unit: "people/h", stepUnit: "h")
        content.tiles = [
            .init(
                value: "+2.9 %", label: "error against the teacher", note: "47.31 against 45.98 MAE"
            ),
            .init(
                value: "−3.3 %", label: "error against the student alone",
                note: "47.31 against 48.92 MAE"),
            .init(
                value: "27×", label: "smaller than the teacher",
                note: "8.7 k of 237 k parameters, 36 kB"),
            .init(
                value: "112×", label: "faster than the teacher",
                note: "41 µs per forecast on one thread"),
        ]
        content.tableNote = "MAPE over the 301,204 of 884,310 values whose truth is at least 1."
        content.curves = content.models.filter {
            $0.role.rawValue.contains("tudent") || $0.role == .teacher
        }
        .map { model in
            let count = model.role == .teacher ? 24 : 30
            let end = model.metrics["mae"] ?? 50
            let curve = (0..<count).map { epoch in
                end - 4 + 22 * exp(-Double(epoch) / 4) + random.next() * 0.9
            }
            return .init(
                model: model.id, training: curve.map { ($0 - 20) / 120 + random.next() * 0.004 },
                validation: curve)
        }
        let names = [
            "45 Queen Street", "210 Queen Street", "261 Queen Street", "297 Queen Street",
            "Te Ara Tahuhu Walkway", "107 Quay Street", "188 Quay Street Lower Albert (EW)",
            "8 Customs Street East", "1 Courthouse Lane", "59 High Street", "61 Federal Street",
            "183 Karangahape Road", "150 Karangahape Road", "205 Queen Street", "30 Queen Street",
            "19 Shortland Street", "2 High Street", "Commerce Street West", "7 Custom Street East",
            "4 Te Ara Tahuhu", "Wynyard <Crossing> & Pier",
        ]
        content.places = names.enumerated().map { index, name in
            let level = 80 + 900 * pow(random.next(), 2)
            let teacher = level * (0.1 + 0.06 * random.next())
            return .init(
                name: name,
                latitude: -36.8575 + Double(index % 7) * 0.0022 + random.next() * 0.0018,
                longitude: 174.7612 + Double(index / 7) * 0.0030 + random.next() * 0.0025,
                level: level,
                errors: [
                    "teacher": teacher, "distilled": teacher * (1 + 0.06 * random.next()),
                    "alone": teacher * (1.03 + 0.06 * random.next()), "ridge": teacher * 1.12,
                ])
        }
        content.edges = (0..<21).flatMap { a in
            (a + 1..<21).filter { ($0 - a) % 7 < 2 }.map { [a, $0] }
        }
        content.samples = names.prefix(4).enumerated().flatMap { place, name in
            ["Mon 12 Aug 2024 07:00", "Sat 17 Aug 2024 15:00", "Fri 4 Oct 2024 16:00"].enumerated()
                .map { day, origin in
                    let start = [7, 15, 16][day] - 24
                    let truth = (0..<36).map { step -> Double? in
                        let hour = Double((start + step + 48) % 24)
                        let shape =
                            exp(-pow((hour - 13) / 4.5, 2)) + 0.5
                            * exp(-pow((hour - 17.5) / 1.4, 2))
                        return place == 1 && step == 9
                            ? nil
                            : (300 + 220 * Double(place)) * shape * (0.92 + 0.16 * random.next())
                                + 6
                    }
                    func near(_ error: Double) -> [Double?] {
                        truth.suffix(12).map {
                            $0.map { $0 * (1 + error * (random.next() - 0.5)) + 4 }
                        }
                    }
                    return .init(
                        place: name, origin: origin,
                        times: (0..<36).map { "\(($0 + start + 48) % 24):00" }, truth: truth,
                        forecasts: [
                            "teacher": near(0.14), "distilled": near(0.18), "alone": near(0.3),
                            "ridge": near(0.5), "average": near(0.7),
                        ])
                }
        }
        content.target = "student.mae <= 1.03 * teacher.mae"
        content.trials = [
            .init(
                number: 1, adjustment: "as the recipe says", measured: "45.02 ≤ 43.71",
                error: 45.02, isMet: false),
            .init(
                number: 2, adjustment: "10 more epochs", measured: "44.41 ≤ 43.71", error: 44.41,
                isMet: false),
            .init(
                number: 3, adjustment: "hidden width 32 → 48", measured: "43.66 ≤ 43.71",
                error: 43.66, isMet: true),
        ]
        content.findings = [
            .init(
                "168 missing cells", "filled with the same hour of the week before; never scored"),
            .init("2 daylight-saving hours", "one missing (filled), one repeated (averaged)"),
            .init("1 counter", "“107 Quay Street” reads 0 for 41 hours in a row from 2024-03-02"),
        ]
        content.licence =
            "Heart of the City, Auckland: pedestrian counts 2024–2025, CC BY 4.0; cut to 21 counters."
        content.facts = [
            .init("Seeds", "1, 2, 3"), .init("Split", "70 / 10 / 20 % by time"),
            .init("Took", "3 min 41 s"), .init("Machine", "2 cores, x86-64"),
            .init("Software", "Limbeck 0.1.0, Swift 6.3, oneDNN 2.6"),
            .init("Made", "2024-11-22 17:45 UTC"),
        ]
        content.recipe =
            "data: auckland\ntask:\n  history: 24\n  horizon: 12\nteacher:\n  model: graph-wavenet\n"
            + "student:\n  model: stid\n  hidden: 32\nuntil: student.mae <= 1.03 * teacher.mae\n"
        return content
    }()

    private static func models() -> [ReportContent.Model] {
        let rows: [(String, Role, String, Double, Int, Int, Int, Double)] = [
            ("persistence", .persistence, "Persistence", 152.4, 0, 0, 0, 0.9),
            ("average", .historicalAverage, "Historical average", 71.52, 3528, 0, 14_112, 1.1),
            ("ridge", .ridge, "Ridge", 50.81, 876, 36_792, 3_504, 12),
            ("teacher", .teacher, "Teacher", 45.98, 237_412, 103_412_000, 951_204, 4600),
            ("alone", .conventionalStudent, "Student alone", 48.92, 8736, 412_000, 36_100, 41),
            ("distilled", .distilledStudent, "Distilled student", 47.31, 8736, 412_000, 36_100, 41),
        ]
        return rows.map { id, role, name, mae, parameters, flops, bytes, latency in
            var model = ReportContent.Model(
                id: id, role: role, name: name,
                metrics: ["mae": mae, "rmse": mae * 1.92, "wape": mae / 3.1, "mape": mae / 1.6])
            if parameters > 8000 {
                model.deviations = ["mae": mae / 300, "rmse": mae / 110]
            }
            model.errorByHorizon = (1...12).map { mae * (0.66 + 0.42 * (1 - exp(-Double($0) / 4))) }
            model.errorByCourse = (0..<24).map { hour in
                mae * (0.2 + 1.7 * exp(-pow((Double(hour) - 14) / 5, 2)))
            }
            model.parameters = parameters
            model.flops = flops
            model.bytes = bytes
            model.latencyMicroseconds = latency
            return model
        }
    }

    /// Numerical Recipes' quick generator, so that the page is the same every time.
    private struct Linear {
        var state: UInt32

        mutating func next() -> Double {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Double(state >> 8) / Double(1 << 24)
        }
    }
}
