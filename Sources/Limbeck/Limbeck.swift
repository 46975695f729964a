// One import for the whole path: the umbrella re-exports what its users name.
@_exported public import LimbeckAnalysis
@_exported public import LimbeckData
@_exported public import LimbeckDistill
@_exported public import LimbeckEvaluation
@_exported public import LimbeckExport
@_exported public import LimbeckFiles
@_exported public import LimbeckModels
@_exported public import LimbeckSeries
