// The whole path in a library's words: data, teacher, soft labels, student, proof, new forecast.
import Limbeck

var recipe = Recipe()
recipe.name = "quick-start"
recipe.data = try RecipeNode(yaml: "{ dataset: auckland }", file: "quick start")
recipe.teacher.epochs = 2
recipe.training.epochs = 4

let data = try PreparedData(recipe)
print(data.quality)

let result = try Pipeline(recipe).run(data)
print(result.comparison)
print(result.verdict)

let student = try StudentForecaster(path: result.studentPath)
let next = try student.forecast(data.series, origins: [data.series.times.count])
print("The next hour at \(data.series.places[0].id): \(next.values[0]) \(data.series.channels[0].unit)")
