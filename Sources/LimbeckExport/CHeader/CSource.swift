import LimbeckRuntime

/// The source: weights, scaler, calendar, the functions that are needed, the program and its doors.
struct CSource {
    let content: StudentContent
    let names: CNames

    init(_ content: StudentContent, _ names: CNames) {
        self.content = content
        self.names = names
    }

    func text() throws -> String {
        let program = try CProgram(content)
        let window = CWindow(content: content, names: names)
        let windowing = content.windowing
        let needed = CFunction.closure(program.functions.union(CCalendar.functions(windowing)))
        let student = try Student(content)
        var text = """
            /*
             * \(names.lower): \(student.parameterCount) stored numbers, \(student.operations) operations a forecast.
             * Written by Limbeck; see \(names.lower).h. Compile without -ffast-math: missing readings are NaN.
             */
            #include "\(names.lower).h"

            #include <math.h>


            """
        text += CWeights(content).text
        text += window.tables
        text += CCalendar.tables(windowing)
        for function in needed { text += function.text(names) + "\n" }
        text += program.tables + (program.tables.isEmpty ? "" : "\n")
        text += CSpacing(windowing: windowing).text
        text += CCalendar.reading(windowing, names)
        text += window.reading
        text += """
            /* The student itself: from the scaled window to the scaled forecast. */
            static void run(\(names.lower)_state *state, float *forecast)
            {
            \(program.calls.contains("state->") ? "" : "    (void)state;\n")\(program.calls)}


            """
        text += window.writing
        text += window.functions
        return text
    }
}
