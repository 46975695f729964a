public import LimbeckCompute
import LimbeckNN

/// ‖P(student tap) − teacher tap‖², mean over elements, with a learned linear projection P where
/// widths differ (Romero et al. 2015, "FitNets", equation 3).
public struct Hint: DistillationLoss, Codable {
    /// Tap of the student, for example `block0`.
    public var student = "block0"
    /// Tap of the teacher; all but the last axis must be as the student's.
    public var teacher = "block0"

    public init(student: String = "block0", teacher: String = "block0") {
        self.student = student
        self.teacher = teacher
    }

    public var needs: LossNeeds { LossNeeds(teachers: 1, liveTeacher: true) }

    public var fit: LossFit { .any }

    public func validate(teachers: Int) throws {
        try require(!student.isEmpty, "student", "empty", "the name of a tap")
        try require(!teacher.isEmpty, "teacher", "empty", "the name of a tap")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        guard let teacher = site.teacher else {
            throw DistillError(
                .badObjective, "A hint needs a teacher that can be run beside the student, not recorded predictions.")
        }
        let from = try site.student.tap(student), to = try teacher.tap(self.teacher)
        guard from.shape.extents.dropLast() == to.shape.extents.dropLast() else {
            throw DistillError(
                .badObjective,
                "Tap \"\(student)\" of the student is \(from.shape), tap \"\(self.teacher)\" of the teacher \(to.shape); all but the last extent must agree."
            )
        }
        let projected =
            from.shape[-1] == to.shape[-1]
            ? from : Dense(to.shape[-1])(from, site.scope.child("projection"))
        return square(projected - to).mean()
    }
}
