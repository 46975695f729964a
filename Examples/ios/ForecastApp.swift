import Charts
import SwiftUI

@main struct ForecastApp: App {
    @State private var model = ForecastModel()

    var body: some Scene {
        WindowGroup { ForecastView(model: model).task { model.load() } }
    }
}

/// Readings to type, a button, and the forecast as a line.
struct ForecastView: View {
    @Bindable var model: ForecastModel

    var body: some View {
        NavigationStack {
            Form {
                Section("Readings, one a line, newest last") {
                    TextEditor(text: $model.readings).monospaced().frame(minHeight: 160)
                    Button("Forecast") { model.run() }.disabled(model.student == nil)
                }
                if !model.problem.isEmpty { Text(model.problem).foregroundStyle(.red) }
                if !model.forecast.isEmpty {
                    Chart(model.forecast.filter { $0.value.isFinite }) { step in
                        LineMark(x: .value("Time", step.time), y: .value("Value", step.value))
                            .foregroundStyle(by: .value("Kind", step.isForecast ? "Forecast" : "Readings"))
                    }
                    .frame(height: 240)
                }
            }
            .navigationTitle("Limbeck")
        }
    }
}
