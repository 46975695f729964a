import LimbeckRuntime
import Testing

@Suite struct CalendarFieldsTests {
    /// Every instant is the civil date that leads back to it, over 2.2 million years both ways.
    @Test func `fields of any instant lead back to it`() {
        var random = SplitMix(7)
        let edges: [Int64] = [
            0, -1, 1, 86_399, 86_400, -86_400, -86_401, 1 << 46, -(1 << 46), 951_782_400, 951_868_800,
        ]
        let drawn = (0..<20_000).map { number in
            let reach = Int64(1) << Int64(20 + number % 27)
            return Int64.random(in: -reach...reach, using: &random)
        }
        for seconds in edges + drawn {
            let fields = CalendarFields(seconds)
            let days = CalendarFields.days(year: fields.year, month: fields.month, day: fields.day)
            let back = days * 86_400 + Int64(fields.hour * 3600 + fields.minute * 60 + fields.second)
            #expect(back == seconds)
            #expect(fields.weekday == Int(((days + 3) % 7 + 7) % 7))
            #expect(
                Int64(fields.dayOfYear) == days - CalendarFields.days(year: fields.year, month: 1, day: 1),
                "\(seconds)")
        }
    }
}
