import LimbeckSeries
import Testing

@Suite struct TimeGridTests {
    @Test func `the epoch was a Thursday`() {
        let fields = CalendarFields(0)
        #expect([fields.year, fields.month, fields.day] == [1970, 1, 1])
        #expect(fields.weekday == 3)
        #expect(fields.dayOfYear == 0)
    }

    @Test func `days and fields are inverse over four centuries`() {
        for day in stride(from: Int64(-100_000), to: 60_000, by: 1) {
            let fields = CalendarFields(day * 86_400)
            #expect(CalendarFields.days(year: fields.year, month: fields.month, day: fields.day) == day)
        }
    }

    @Test func `an offset table leads from UTC to local time`() {
        let grid = TimeGrid(
            start: 0, step: 3600, count: 4, zone: "Test/Zone", clock: .utc,
            offsets: [.init(instant: 0, seconds: 3600), .init(instant: 7200, seconds: 7200)])
        #expect((0..<4).map { grid.local($0).hour } == [1, 2, 4, 5])
    }

    @Test func `shares that are whole steps are not cut short by rounding`() {
        for count in stride(from: 10, through: 1000, by: 10) {
            let parts = Partition(count: count)
            #expect(parts.train == 0..<7 * count / 10)
            #expect(parts.validation == 7 * count / 10..<8 * count / 10)
        }
    }

    @Test func `target windows stay inside their part and history reaches back`() {
        #expect(Partition.origins(in: 10..<15, history: 4, horizon: 3) == [10, 11, 12])
        #expect(Partition.origins(in: 0..<8, history: 4, horizon: 3) == [4, 5])
        #expect(Partition.origins(in: 0..<6, history: 4, horizon: 3).isEmpty)
    }
}
