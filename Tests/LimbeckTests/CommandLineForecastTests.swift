import Foundation
import Testing

extension CommandLineTests {
    /// What a finished run is used for.
    @Suite struct Use {
        /// The hours that follow the training data; the columns of `places` in another order, one
        /// column more, and `gap`.
        private func newData(gap: Range<Int> = 0..<0) throws -> Folder {
            let folder = try CommandLineFixture.copyOfFinished()
            try folder.write(
                "new.csv",
                CommandLineFixture.csv(
                    steps: 60, places: ["harbour", "tower", "north", "south"], firstHour: 600, gap: gap))
            return folder
        }

        private func rows(_ csv: String) -> [[String]] {
            csv.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
        }

        @Test func `new data is forecast with times, places and units, whatever the order of columns`() throws {
            let folder = try newData()
            let outcome = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "new.csv"], in: folder)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            let rows = self.rows(outcome.output)
            try #require(rows.count == 1 + 6 * 3)
            #expect(rows[0] == ["time", "place", "channel", "value", "unit"])
            for step in 0..<6 {
                for (node, place) in CommandLineFixture.places.enumerated() {
                    let row = rows[1 + step * 3 + node]
                    let time = CommandLineFixture.time(660 + step).replacingOccurrences(of: " ", with: "T")
                    #expect(row[0].hasPrefix(time))
                    #expect(row[1] == place)
                    #expect(row[4] == "count/h")
                    let value = try #require(Double(row[3]))
                    #expect(value > 0 && value < 400)
                }
            }

            // The same columns in the student's order give the same numbers.
            try folder.write("plain.csv", CommandLineFixture.csv(steps: 60, firstHour: 600))
            let plain = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "plain.csv"], in: folder)
            #expect(plain.output == outcome.output)
        }

        @Test func `an implausible reading is named before the forecast follows it`() throws {
            let folder = try newData()
            let good = try CommandLineTool.run(["forecast", "run/student.limbeck", "--input", "new.csv"], in: folder)
            #expect(!good.errors.contains("warning: "))
            var lines = try folder.text("new.csv").split(separator: "\n").map(String.init)
            var cells = lines[lines.count - 2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            cells[1] = "-9999"
            lines[lines.count - 2] = cells.joined(separator: ",")
            try folder.write("broken.csv", lines.joined(separator: "\n") + "\n")
            let outcome = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "broken.csv"], in: folder)
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.contains("warning: 1 reading more than 10 spreads"))
            #expect(outcome.errors.contains("-9999"))
            let evaluated = try CommandLineTool.run(
                ["evaluate", "run/student.limbeck", "--input", "broken.csv"], in: folder)
            #expect(evaluated.errors.contains("warning: 1 reading"), "\(evaluated)")
        }

        @Test func `a gap in new data is filled, and said on standard error`() throws {
            let folder = try newData(gap: 50..<53)
            let outcome = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "new.csv", "--output", "forecast.csv"], in: folder)
            #expect(outcome.exitCode == 0)
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors.contains(
                    "filled: 9 missing readings of the history: the last one of its place in the history"))
            #expect(!outcome.errors.contains("warning: "))
            #expect(outcome.errorCount == 0)
            let rows = try self.rows(folder.text("forecast.csv"))
            #expect(rows.count == 19)
            #expect(rows.dropFirst().allSatisfy { Double($0[3])?.isFinite == true })
        }

        /// The file of `newData` with the cells of a column, counted from 1, empty from row `first` on.
        private func silenced(_ column: Int, from first: Int) throws -> Folder {
            let folder = try newData()
            let rows = self.rows(try folder.text("new.csv")).enumerated().map { number, row in
                var row = row
                if number >= first { row[column] = "" }
                return row.joined(separator: ",")
            }
            try folder.write("new.csv", rows.joined(separator: "\n") + "\n")
            return folder
        }

        @Test func `a place that is silent in the whole history is named`() throws {
            let outcome = try CommandLineTool.run(
                ["forecast", "run", "--input", "new.csv"], in: silenced(4, from: 20))
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.contains("warning: south has no reading in the last 24 steps"))
            #expect(rows(outcome.output).count == 19)
        }

        @Test func `a long file with two value columns is read with the keys of a recipe's data`() throws {
            let folder = try newData()
            let wide = rows(try folder.text("new.csv"))
            var long = ["when,where,people,bikes"]
            for row in wide.dropFirst() {
                for (name, cell) in zip(wide[0], row).dropFirst() { long.append("\(row[0]),\(name),\(cell),1") }
            }
            try folder.write("long.csv", long.joined(separator: "\n") + "\n")
            let base = ["forecast", "run/student.limbeck", "--input"]
            let keys = ["data.time=when", "data.place=where", "data.value=people"].flatMap { ["--set", $0] }
            let outcome = try CommandLineTool.run(base + ["long.csv"] + keys, in: folder)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(try outcome.output == CommandLineTool.run(base + ["new.csv"], in: folder).output)
            let both = try CommandLineTool.run(base + ["long.csv"] + keys.dropLast(2), in: folder)
            #expect(both.exitCode == 1 && both.errors.contains("--set data.value=NAME"), "\(both.errors)")
            let unknown = try CommandLineTool.run(base + ["new.csv", "--set", "data.unti=x"], in: folder)
            #expect(unknown.errors.contains("did you mean unit"), "\(unknown.errors)")
            let usage = try CommandLineTool.run(base + ["new.csv", "--set", "seed=2"], in: folder)
            #expect(usage.exitCode == 64)
        }

        @Test func `a forecast from within the data does not see what follows`() throws {
            let folder = try newData()
            let from = ["forecast", "run/student.limbeck", "--input", "new.csv", "--origin", "40"]
            let outcome = try CommandLineTool.run(from, in: folder)
            #expect(
                rows(outcome.output)[1][0].hasPrefix(
                    CommandLineFixture.time(640).replacingOccurrences(of: " ", with: "T")))
            let lines = try folder.text("new.csv").split(separator: "\n")
            try folder.write("new.csv", lines.prefix(41).joined(separator: "\n") + "\n")
            #expect(try CommandLineTool.run(from, in: folder).output == outcome.output)
        }

        @Test func `a forecast as JSON decodes to the same rows`() throws {
            struct Row: Decodable {
                var time, place, channel: String
                var value: Double
                var unit: String
            }
            let folder = try newData()
            let arguments = ["forecast", "run/student.limbeck", "--input", "new.csv"]
            let csv = try self.rows(CommandLineTool.run(arguments, in: folder).output).dropFirst()
            let json = try CommandLineTool.run(arguments + ["--json"], in: folder).output
            let decoded = try JSONDecoder().decode([Row].self, from: Data(json.utf8))
            try #require(decoded.count == csv.count)
            for (row, cells) in zip(decoded, csv) {
                #expect([row.time, row.place, row.channel, row.unit] == [cells[0], cells[1], cells[2], cells[4]])
                #expect(abs(row.value - (Double(cells[3]) ?? .nan)) < 1e-3)
            }
        }

        @Test func `describe knows data, students, runs and recipes`() throws {
            let folder = try newData(gap: 50..<53)
            for (path, words) in [
                ("new.csv", ["60 steps × 4 places", "missing", "that takes eight weeks"]),
                ("counts.csv", ["period 1 day at all 3 places, strength 0."]),
                (
                    "run/student.limbeck",
                    ["Forecasts 6 steps, hourly", "from the last 24", "north, south, harbour", "count/h"]
                ),
                ("run", ["Persistence", "Ridge", "Student alone: stid", "Student distilled: stid"]),
                ("recipe.yaml", ["epochs: 2", "warmup:", "maxTrials:"]),
            ] {
                let outcome = try CommandLineTool.run(["describe", path], in: folder)
                #expect(outcome.exitCode == 0)
                #expect(!outcome.output.contains("Observation(") && !outcome.output.contains("icence: \n"))
                for word in words { #expect(outcome.output.contains(word), "\(path) lacks \(word): \(outcome.output)") }
            }
            for path in ["new.csv", "run/student.limbeck", "run"] {
                let json = try CommandLineTool.run(["describe", path, "--json"], in: folder)
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
            }
        }

        @Test func `a student is scored on new data beside persistence`() throws {
            let folder = try newData()
            let arguments = ["evaluate", "run/student.limbeck", "--input", "new.csv", "--share", "0.5"]
            let table = try CommandLineTool.run(arguments, in: folder)
            #expect(table.exitCode == 0)
            for word in ["Persistence", "Student distilled: stid", "Scored on 25 forecasts", "kB"] {
                #expect(table.output.contains(word), "\(word): \(table.output)")
            }
            let json = try CommandLineTool.run(arguments + ["--json"], in: folder)
            let scores = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            let errors = try ["persistence", "distilledStudent"].map { role in
                try #require(
                    scores?.first {
                        $0["role"] as? String == role && $0["metric"] as? String == "mae"
                            && $0["horizon"] as? String == "average"
                    }?["value"] as? Double)
            }
            #expect(errors[1] < errors[0])
        }

        @Test func `runs are compared as folders and as files`() throws {
            let folder = try newData()
            try folder.copy("run/scores.json", from: folder, as: "second.json")
            let outcome = try CommandLineTool.run(["compare", "run", "second.json"], in: folder)
            #expect(outcome.exitCode == 0)
            #expect(outcome.output.contains("Student distilled: stid"))
            let json = try CommandLineTool.run(["compare", "run", "second.json", "--json"], in: folder)
            let all = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [Any]
            let one = try JSONSerialization.jsonObject(with: folder.bytes("run/scores.json")) as? [Any]
            #expect(all?.count == 2 * (one?.count ?? 0))
        }

        @Test func `a student is exported as itself, as weights and as JSON`() throws {
            let folder = try newData()
            func export(_ source: String, _ format: String, _ output: String) throws -> Data {
                let outcome = try CommandLineTool.run(
                    ["export", source, "--to", format, "--output", output], in: folder)
                #expect(outcome.exitCode == 0, "\(outcome.errors)")
                return try folder.bytes(output)
            }
            let student = try folder.bytes("run/student.limbeck")
            #expect(try export("run", "limbeck", "copy.limbeck") == student)
            #expect(try export("copy.limbeck", "limbeck", "again.limbeck") == student)

            // A safetensors file: the length of a JSON header, the header, the numbers it places.
            let tensors = try export("run", "safetensors", "student.safetensors")
            let length = tensors.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try #require(
                JSONSerialization.jsonObject(with: tensors.dropFirst(8).prefix(length)) as? [String: Any])
            let ends = header.values.compactMap { (($0 as? [String: Any])?["data_offsets"] as? [Int])?.last }
            #expect(ends.max() == tensors.count - 8 - length)

            let summary =
                try JSONSerialization.jsonObject(with: export("run", "json", "student.json")) as? [String: Any]
            #expect(summary?["horizon"] as? Int == 6)
            #expect(summary?["places"] as? [String] == CommandLineFixture.places)
        }

        @Test func `a device takes a forecast and stays a device`() throws {
            let folder = try newData()
            // By a link, so that a mistake costs the link and not the machine's device.
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("sink"), withDestinationPath: "/dev/null")
            let outcome = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "new.csv", "--output", "sink"], in: folder)
            #expect(outcome.exitCode == 0)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("sink")) == "/dev/null")
        }
    }
}
