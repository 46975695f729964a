import LimbeckCompute
import LimbeckGolden
import LimbeckModels
import LimbeckNN
import LimbeckSeries
import LimbeckTesting
import Testing

@testable import LimbeckDistill

/// One loss traced over numbers given by hand: student and teacher `[B, K]` unless said otherwise.
private struct Hand {
    var student: [[Float]]
    var teachers: [[Float]] = []
    /// Of each teacher 1 where a sample has its labels, `[B, 1]`; empty where all have.
    var known: [[Float]?] = []
    var expected: [Float] = []
    var mask: [Float]?
    /// Of the last axis.
    var unit: [Float]?
    var shape: Shape
    var temperature: Float = 1
    var output = ModelOutput.values
    var shares: [Double] = []
    /// Of the truth, where it has another than the student.
    var truth: Shape?
    /// Of the steps, `[H]`.
    var steps: [Float]?

    /// The loss, and its gradient for the first member of the student.
    func value(_ loss: any DistillationLoss) throws -> (loss: Float, gradient: [Float]) {
        let trace = Trace()
        let scope = Scope(trace, path: "student", mode: .training)
        let members = student.indices.map { scope.parameter("s\($0)", shape, .constant(0)) }
        let result = try loss(
            LossSite(
                student: TracedModel(members: members, scope: scope), teacher: nil, output: output, shares: shares,
                softLabels: teachers.map { trace.constant($0, shape) },
                known: known.map { $0.map { trace.constant($0, [$0.count, 1]) } },
                expected: trace.constant(expected.isEmpty ? student[0] : expected, truth ?? shape),
                mask: mask.map { trace.constant($0, truth ?? shape) },
                unit: unit.map { trace.constant($0, truth.map { [$0[-2], $0[-1]] } ?? [shape[-1]]) },
                steps: steps.map { trace.constant($0, [$0.count, 1, 1]) }, temperature: trace.constant(temperature),
                scope: Scope(trace, path: "objective", mode: .training)))
        trace.output("loss", result)
        trace.differentiate(result)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        for (index, values) in student.enumerated() { parameters["student/s\(index)"] = values }
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 1))
        executable.run()
        return (executable.output("loss")?.first ?? .nan, executable.gradient("student/s0") ?? [])
    }
}

private func near(_ a: Float, _ b: Float) -> Bool { abs(a - b) <= 1e-6 * max(1, abs(b)) }

@Suite struct LossTests {
    @Test func `hard target leaves cells out that were not measured`() throws {
        let hand = Hand(student: [[1, 5, -2]], expected: [3, 100, -3], mask: [1, 0, 1], shape: [1, 3])
        // (|1 − 3| + |−2 + 3|) / 2, and (4 + 1) / 2
        #expect(near(try hand.value(HardTarget()).loss, 1.5))
        #expect(try hand.value(HardTarget()).gradient == [-0.5, 0, 0.5])
        #expect(near(try hand.value(HardTarget(distance: .squared)).loss, 2.5))
        // Huber with δ = 1: 1 · (2 − ½) and ½ · 1².
        #expect(near(try hand.value(HardTarget(distance: .huber)).loss, (1.5 + 0.5) / 2))
    }

    @Test func `a sample that a teacher has no labels for is left out of the terms that read it`() throws {
        // Two samples of two numbers; labels that are not there are zeros.
        var hand = Hand(
            student: [[1, 5, 7, 9]], teachers: [[3, 4, 0, 0]], known: [[1, 0]], expected: [2, 5, 8, 9],
            mask: [1, 1, 1, 1], shape: [2, 2])
        // (|1 − 3| + |5 − 4|) / 2, and nothing of the second sample.
        #expect(near(try hand.value(SoftTarget()).loss, 1.5))
        #expect(try hand.value(SoftTarget()).gradient == [-0.5, 0.5, 0, 0])
        #expect(near(try hand.value(TeacherMean(weights: [2])).loss, 1.5))
        // The student errs by 1 and 0, the teacher by 1 and 1: both of the student's are within what the teacher allows.
        #expect(near(try hand.value(TeacherBounded(margin: 0.5)).loss, 0.5))
        #expect(near(try hand.value(HardTarget()).loss, 0.5))
        // A second teacher knows both: of the first sample the mean counts, of the second its own.
        hand.teachers.append([1, 6, 8, 7])
        hand.known.append(nil)
        // Means (2·3 + 1)/3 and (2·4 + 6)/3, then 8 and 7.
        let first = abs(1 - 7 / 3.0) + abs(5 - 14 / 3.0), second = 1.0 + 2
        #expect(near(try hand.value(TeacherMean(weights: [2, 1])).loss, Float((first + second) / 4)))
        // Nobody knows the second.
        hand.known[1] = [1, 0]
        #expect(near(try hand.value(TeacherMean(weights: [2, 1])).loss, Float(first / 2)))
        #expect(try hand.value(TeacherMean(weights: [2, 1])).gradient.suffix(2) == [0, 0])

        let classes = Hand(
            student: [[0, 0, 0, 0]], teachers: [[0, 1, 0, 0]], known: [[1, 0]], shape: [2, 2], output: .classes)
        let whole = Hand(student: [[0, 0]], teachers: [[0, 1]], shape: [1, 2], output: .classes)
        #expect(near(try classes.value(TemperatureKL()).loss, try whole.value(TemperatureKL()).loss))
        #expect(near(try classes.value(SoftTarget()).loss, try whole.value(SoftTarget()).loss))
    }

    @Test func `errors count in original units`() throws {
        // Errors 2 and 1 in scaled units, of which one is 0.5 and 1.5 of the mean in original ones.
        let hand = Hand(
            student: [[1, 5]], teachers: [[3, 4]], expected: [3, 4], mask: [1, 1], unit: [0.5, 1.5],
            shape: [1, 2])
        for loss in [HardTarget(), SoftTarget(), TeacherMean(weights: [1])] as [any DistillationLoss] {
            #expect(near(try hand.value(loss).loss, (1 + 1.5) / 2))
        }
        #expect(near(try hand.value(HardTarget(distance: .squared)).loss, (1 + 2.25) / 2))
        #expect(near(try hand.value(TeacherBounded()).loss, (1 + 2.25) / 2))
    }

    @Test func `of a normal distribution the likelihood counts, teacher and student compare both its numbers`() throws {
        // Means 1 and 5 with deviations 2 and ½, truths 3 and 5: ln 2 + ½ and ln ½.
        let hand = Hand(
            student: [[1, 2, 5, 0.5]], teachers: [[0, 2, 5, 1]], expected: [3, 5], mask: [1, 1], shape: [1, 4],
            output: .gaussian([0.5]), truth: [1, 2])
        #expect(near(try hand.value(HardTarget()).loss, 0.25))
        // ∂/∂μ = (μ − y) / σ², ∂/∂σ = 1/σ − (y − μ)²/σ³, halved by the mean.
        #expect(closeness(try hand.value(HardTarget()).gradient, [-0.25, 0, 0, 1]) == nil)
        #expect(near(try hand.value(SoftTarget()).loss, 1.5 / 4))
    }

    @Test func `steps may count relative to how hard they are`() throws {
        // Two steps of one place and channel: errors 1 and 4, weighing 1.6 and 0.4.
        var hand = Hand(student: [[1, 4]], teachers: [[2, 2]], expected: [0, 0], shape: [1, 2, 1, 1])
        hand.steps = [1.6, 0.4]
        #expect(near(try hand.value(HardTarget()).loss, 2.5))
        #expect(near(try hand.value(HardTarget(steps: .relative)).loss, 1.6))
        #expect(near(try hand.value(SoftTarget(steps: .relative)).loss, (1.6 + 0.8) / 2))
        #expect(closeness(try hand.value(HardTarget(steps: .relative)).gradient, [0.8, 0.2]) == nil)
        hand.steps = nil
        #expect(near(try hand.value(HardTarget(steps: .relative)).loss, 2.5))
    }

    @Test func `hard target of an ensemble is the mean over its members`() throws {
        let hand = Hand(student: [[1, 1], [4, 4]], expected: [2, 2], shape: [1, 2])
        #expect(near(try hand.value(HardTarget()).loss, (1 + 2) / 2))
    }

    @Test func `soft target reads the teacher asked for, and every cell`() throws {
        let hand = Hand(
            student: [[1, 5]], teachers: [[0, 0], [3, 2]], mask: [1, 0], shape: [1, 2])
        #expect(near(try hand.value(SoftTarget(teacher: 0)).loss, 3))
        #expect(near(try hand.value(SoftTarget(teacher: 1)).loss, 2.5))
        #expect(near(try hand.value(SoftTarget(distance: .squared, teacher: 1)).loss, 6.5))
        // δ = 2: ½ · 2², 2 · (3 − 1)
        #expect(near(try hand.value(SoftTarget(distance: .huber, delta: 2, teacher: 1)).loss, 3))
        #expect(SoftTarget(teacher: 1).needs == LossNeeds(teachers: 2))
    }

    @Test func `teacher-bounded error counts only where the student is worse`() throws {
        // Truth 0: the student's squared errors are 1, 4, 9; the teacher's 4, 1, 0.
        let hand = Hand(
            student: [[1, 2, 3]], teachers: [[2, 1, 0]], expected: [0, 0, 0], mask: [1, 1, 1],
            shape: [1, 3])
        #expect(near(try hand.value(TeacherBounded()).loss, (4 + 9) / 3))
        #expect(closeness(try hand.value(TeacherBounded()).gradient, [0, 4 / 3, 2]) == nil)
        // With a margin of 3.5, 1 + 3.5 > 4 too.
        #expect(near(try hand.value(TeacherBounded(margin: 3.5)).loss, (1 + 4 + 9) / 3))
        var masked = hand
        masked.mask = [1, 1, 0]
        #expect(near(try masked.value(TeacherBounded()).loss, 4 / 2))
    }

    @Test func `the mean of two teachers is weighted`() throws {
        let hand = Hand(student: [[1, 1]], teachers: [[0, 4], [4, 0]], shape: [1, 2])
        // Means 2 and 2; with weights 3 : 1 the means are 1 and 3.
        #expect(near(try hand.value(TeacherMean()).loss, 1))
        #expect(near(try hand.value(TeacherMean(distance: .squared, weights: [3, 1])).loss, 2))
        #expect(TeacherMean(weights: [1, 2, 3]).needs.teachers == 3)
        for weights in [[0, 0], [-1, 2]] as [[Float]] {
            let error = #expect(throws: DistillError.self) { _ = try hand.value(TeacherMean(weights: weights)) }
            #expect(error?.code == .badObjective)
        }
    }

    @Test func `temperature KL of two classes by hand`() throws {
        // p = (½, ½) and q = (¾, ¼): ½ ln(½ / ¾) + ½ ln(½ / ¼) = ½ ln(4/3)
        let logThree = Float(1.098_612_3)
        let hand = Hand(student: [[logThree, 0]], teachers: [[0, 0]], shape: [1, 2])
        #expect(near(try hand.value(TemperatureKL()).loss, 0.143_841_04))
        // The same student at twice the logits and twice the temperature, times T².
        let hot = Hand(student: [[2 * logThree, 0]], teachers: [[0, 0]], shape: [1, 2], temperature: 2)
        #expect(near(try hot.value(TemperatureKL()).loss, 4 * 0.143_841_04))
        // d/dz = T (q − p): it does not fade as T grows.
        #expect(closeness(try hot.value(TemperatureKL()).gradient, [0.5, -0.5]) == nil)
        let same = Hand(student: [[1, -2]], teachers: [[1, -2]], shape: [1, 2], temperature: 3)
        for activation in TemperatureKL.Activation.allCases {
            #expect(abs(try same.value(TemperatureKL(activation: .init(activation))).loss) < 1e-6)
        }
    }

    @Test(arguments: TemperatureKL.Activation.allCases)
    func `temperature KL agrees with PyTorch`(activation: TemperatureKL.Activation) throws {
        struct Reference: Decodable {
            var name: String
            var parameters, gradients: GoldenArrays
            var output, upstream: GoldenArray
        }
        let reference = try #require(
            Golden.load("layers", as: [Reference].self).first { $0.name == "temperature KL, \(activation)" })
        let hand = Hand(
            student: [reference.parameters["student"]?.values ?? []],
            teachers: [reference.parameters["teacher"]?.values ?? []], shape: [5, 4], temperature: 2.5)
        let (loss, gradient) = try hand.value(TemperatureKL(activation: .init(activation)))
        let upstream = try #require(reference.upstream.values.first)
        #expect(closeness([loss], reference.output.values) == nil)
        #expect(closeness(gradient.map { $0 * upstream }, reference.gradients["student"]?.values ?? []) == nil)
    }

    @Test func `cross-entropy with classes and with labels`() throws {
        // softmax(ln 3, 0) = (¾, ¼); σ(0) = ½
        let logThree = Float(1.098_612_3)
        let classes = Hand(student: [[logThree, 0]], expected: [1, 0], shape: [1, 2])
        #expect(near(try classes.value(HardClasses()).loss, 0.287_682_07))
        #expect(closeness(try classes.value(HardClasses()).gradient, [-0.25, 0.25]) == nil)
        let labels = Hand(student: [[logThree, 0]], expected: [1, 0], shape: [1, 2])
        #expect(near(try labels.value(HardClasses(activation: .sigmoid)).loss, (0.287_682_07 + 0.693_147_2) / 2))
    }

    @Test func `what is rare is weighed, and what is easy told less`() throws {
        // p = ¾ of a label that holds, ½ of one that does not.
        let logThree = Float(1.098_612_3), first = Float(0.287_682_07), second = Float(0.693_147_2)
        var labels = Hand(student: [[logThree, 0]], expected: [1, 0], mask: [1, 1], shape: [1, 2])
        labels.output = .labels
        #expect(near(try labels.value(HardClasses()).loss, (first + second) / 2))
        #expect(near(try labels.value(HardTarget()).loss, (first + second) / 2))
        #expect(near(try labels.value(HardClasses(positives: 3)).loss, (3 * first + second) / 4))
        #expect(near(try labels.value(HardClasses(weights: [1, 2])).loss, (first + 2 * second) / 3))
        // (1 − ¾)² and (1 − ½)².
        #expect(near(try labels.value(HardClasses(focus: 2)).loss, (first / 16 + second / 4) / 2))
        labels.shares = [0.2, 0.5]
        #expect(near(try labels.value(HardClasses(balanced: true)).loss, (4 * first + second) / 5))
        labels.mask = [0, 1]
        #expect(near(try labels.value(HardClasses(balanced: true)).loss, second))

        var classes = Hand(
            student: [[logThree, 0, logThree, 0]], expected: [1, 0, 0, 1], mask: [1, 1, 1, 1], shape: [1, 1, 2, 2])
        classes.output = .classes
        let other = Float(1.386_294_4)
        #expect(near(try classes.value(HardTarget()).loss, (first + other) / 2))
        #expect(near(try classes.value(HardClasses(focus: 1)).loss, (first / 4 + other * 0.75) / 2))
        #expect(near(try classes.value(HardClasses(weights: [1, 3])).loss, (first + 3 * other) / 4))
        classes.shares = [0.75, 0.25]
        // 1 / (2 · ¾) and 1 / (2 · ¼).
        #expect(near(try classes.value(HardClasses(balanced: true)).loss, (first / 1.5 + other / 0.5) / (1 / 1.5 + 2)))
        classes.mask = [0, 0, 1, 1]
        #expect(near(try classes.value(HardTarget()).loss, other))
        #expect(throws: DistillError.self) { try classes.value(HardClasses(weights: [1, 2, 3])) }
    }

    @Test func `quantiles are held to the truth by their pinball loss, in original units`() throws {
        // Two channels of one place, levels 0.1, 0.5, 0.9: truth 3 against 1, 2, 4 and 10 against 5, 6, 7.
        var hand = Hand(
            student: [[1, 2, 4, 5, 6, 7]], expected: [3, 10], mask: [1, 1], shape: [1, 1, 1, 6], truth: [1, 1, 1, 2])
        hand.output = .quantiles([0.1, 0.5, 0.9])
        let (one, two): (Float, Float) = (0.2 + 0.5 + 0.1, 0.5 + 2 + 2.7)
        #expect(near(try hand.value(HardTarget()).loss, 2 * (one + two) / 3 / 2))
        hand.unit = [0.5, 1.5]
        #expect(near(try hand.value(HardTarget()).loss, 2 * (0.5 * one + 1.5 * two) / 3 / 2))
        hand.teachers = [[2, 2, 4, 5, 6, 9]]
        #expect(near(try hand.value(SoftTarget()).loss, (0.5 * 1 + 1.5 * 2) / 6))
        hand.mask = [1, 0]
        #expect(near(try hand.value(HardTarget()).loss, 2 * 0.5 * one / 3))
    }

    @Test func `every loss of the catalog is tested here or in training`() {
        let tested: Set = [
            "hard", "softTarget", "temperatureKL", "teacherBounded", "hint", "teacherMean", "crossEntropy",
        ]
        #expect(Set(LossCatalog.standard.entries.map(\.name)) == tested)
    }
}
