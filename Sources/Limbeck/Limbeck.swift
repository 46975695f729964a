@_exported public import LimbeckSeries
