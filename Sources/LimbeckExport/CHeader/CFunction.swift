/// Every function that a source may hold; only those that the student needs are written, in this order.
enum CFunction: String, CaseIterable {
    // Of one value.
    case negate, absolute, sign, exponential, logarithm, square_root, reciprocal, square
    case relu, sigmoid, hyperbolic_tangent, softplus, error_function, gelu
    // Of two values.
    case add, subtract, multiply, divide, maximum, minimum, greater
    // Over arrays.
    case map, affine, combine, broadcast, copy, transpose
    case nearest_entry, gather, gather_nearest, gather_int8, gather_nearest_int8, reduce_sum, reduce_maximum, softmax
    case product, product_transposed, product_int8, convolve, gru, lstm
    // Over instants.
    case wall_clock, day_of, second_of_day, weekday, civil_field, step_instant, floored, civil_month

    /// Functions that it calls itself.
    var needs: [CFunction] {
        switch self {
        case .gelu: [.error_function]
        case .gru: [.sigmoid, .product]
        case .lstm: [.sigmoid, .product]
        case .gather_nearest, .gather_nearest_int8: [.nearest_entry]
        case .weekday, .second_of_day, .civil_field: [.day_of]
        case .civil_month: [.floored, .day_of]
        default: []
        }
    }

    /// The definition.
    func text(_ names: CNames) -> String {
        CElementwise.text(self) ?? CArrays.text(self) ?? CTables.text(self) ?? CLayers.text(self)
            ?? CCalendar.text(self, names)
    }

    /// These functions and all that they call, in the order in which C wants them.
    static func closure(_ wanted: Set<CFunction>) -> [CFunction] {
        var all = wanted
        var open = Array(wanted)
        while let next = open.popLast() {
            for need in next.needs where all.insert(need).inserted { open.append(need) }
        }
        return allCases.filter(all.contains)
    }
}
