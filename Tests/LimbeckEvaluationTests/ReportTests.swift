import Foundation
import LimbeckEvaluation
import LimbeckFiles
import Testing

@Suite struct ReportTests {
    @Test func `the page holds every section and asks the network for nothing`() throws {
        let page = try Report.html(SampleReport.content)
        for heading in [
            "The comparison", "Forecasts and what came", "Error by time ahead",
            "Error by hour of the day", "Error by place", "Accuracy against size",
            "Accuracy against time", "Learning: validation", "The way to the target", "The data",
            "How this was made", "CC BY 4.0",
        ] {
            #expect(page.contains(heading), "\(heading)")
        }
        let namespace = "http://www.w3.org/2000/svg"
        let links = page.replacingOccurrences(of: namespace, with: "")
        for request in ["http:", "https:", "src=", "href=", "@import", "url(", "fetch("] {
            #expect(!links.contains(request), "\(request)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func `the verdict's bar and the map's lines say what is so`() throws {
        var content = SampleReport.content
        for (helped, mark) in [(true, "verdict yes"), (false, "verdict no"), (nil, "class=\"verdict\"")] {
            content.helped = helped
            #expect(try Report.html(content).contains(mark))
        }
        content.edges = [[0, 1]]
        #expect(try Report.html(content).contains("Lines are the graph’s edges."))
        content.edges = []
        #expect(try Report.html(content).contains("no two places strongly enough"))
    }

    @Test func `what users named cannot become markup`() throws {
        let hostile = "</script><script>alert(1)</script>\"'&"
        var content = SampleReport.content
        content.title = hostile
        content.headline = hostile
        content.summary = hostile
        content.verdict = hostile
        content.tiles = [.init(value: hostile, label: hostile, note: hostile)]
        content.models[0].name = hostile
        content.places[0].name = hostile
        content.samples[0].place = hostile
        content.trials[0].adjustment = hostile
        content.findings = [.init(hostile, hostile)]
        content.facts = [.init(hostile, hostile)]
        content.licence = hostile
        content.recipe = hostile
        content.unit = hostile
        content.target = hostile
        content.tableNote = hostile
        content.stepUnit = hostile
        let page = try Report.html(content)
        #expect(!page.contains("<script>alert"))
        #expect(!page.lowercased().contains("</script><"))
        #expect(page.components(separatedBy: "</script>").count == 3)
    }

    @Test func `a report of one model and nothing else is still a page`() throws {
        var content = ReportContent(
            title: "t", headline: "h", summary: "s", verdict: "v", helped: nil,
            models: [.init(id: "m", role: .teacher, name: "Only", metrics: ["mae": .nan])],
            unit: "", stepUnit: "step")
        content.models[0].errorByHorizon = [nil, .infinity]
        let page = try Report.html(content)
        #expect(page.contains("Only"))
        #expect(!page.contains("The way to the target"))
        #expect(!page.contains("data-chart=\"map\""))
    }

    @Test func `the page is written whole and the same content gives the same bytes`() throws {
        let path = temporaryPath("report.html")
        try Report.write(SampleReport.content, to: path)
        let page = String(decoding: try FileBytes.read(path), as: UTF8.self)
        #expect(page == (try Report.html(SampleReport.content)))
        #expect(page.hasSuffix("</html>\n"))
    }
}
