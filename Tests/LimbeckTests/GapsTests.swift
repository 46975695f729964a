import Foundation
import Limbeck
import LimbeckEvaluation
import Testing

/// Runs on data with gaps and two channels: what was trained is what the file does from the raw readings, whatever
/// fills, transforms and scales them. A run ends in an error where it is not.
@Suite(.serialized) struct GapsTests {
    /// Three places with coordinates, by the hour over five weeks: a count to 400 and a share to 1, a tenth missing.
    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/limbeck-gaps-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "time,station,latitude,longitude,flow,share\n"
        var state: UInt64 = 5
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        var silentUntil = [0, 0, 0]
        for hour in 0..<24 * 35 {
            let day = 1 + hour / 24, month = day > 31 ? 2 : 1
            let date = "2024-0\(month)-\(String(format: "%02d", day > 31 ? day - 31 : day))T"
            for place in 0..<3 {
                if draw() < 0.01 { silentUntil[place] = hour + Int(draw() * 20) }
                let wave = 1 + sin(Double(hour % 24) / 24 * 2 * .pi + Double(place))
                let flow = draw() < 0.05 || hour < silentUntil[place] ? "" : "\(Int(190 * wave + 20 * draw()))"
                let share =
                    draw() < 0.05 || hour < silentUntil[place] ? "" : String(format: "%.3f", 0.4 * wave + 0.1 * draw())
                text +=
                    "\(date)\(String(format: "%02d", hour % 24)):00,p\(place),\(50 + place),\(10 - place),\(flow),\(share)\n"
            }
        }
        try text.write(toFile: folder + "/gaps.csv", atomically: true, encoding: .utf8)
        return folder
    }

    @Test func `every imputer with every transform and scale is carried to the device`() throws {
        let folder = try folder()
        for impute in ["forward", "mean", "median", "seasonal", "spatial"] {
            for (transform, scale) in [("identity", "perNode"), ("squareRoot", "global"), ("identity", "global")] {
                let recipe = """
                    name: gaps
                    data: { path: \(folder)/gaps.csv, step: 1h }
                    task: { history: 8, horizon: 3, impute: \(impute), transform: \(transform), scale: \(scale) }
                    teacher: { model: stid, epochs: 1, set: { width: 4 } }
                    student: { model: stid, set: { width: 4 } }
                    training: { epochs: 1, threads: 1 }
                    """
                var pipeline = Pipeline(try Recipe(yaml: recipe))
                pipeline.runDirectory = folder + "/\(impute)-\(transform)-\(scale)"
                let result = try pipeline.run()
                let shipped = try #require(result.shippedDifference)
                #expect(shipped.largest <= 1e-5 * shipped.range, "\(impute), \(transform), \(scale): \(shipped)")
                #expect(result.scores.channels == ["flow", "share"])
                #expect(result.comparison.contains("share"))
            }
        }
    }
}
