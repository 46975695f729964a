import Foundation
public import LimbeckSeries

extension Coordinate {
    /// Great-circle distance in metres on a sphere of radius 6,371,008.8 m (haversine formula).
    public func distance(to other: Coordinate) -> Double {
        let radians = Double.pi / 180
        let halfLatitude = (other.latitude - latitude) * radians / 2
        let halfLongitude = (other.longitude - longitude) * radians / 2
        let chord =
            sin(halfLatitude) * sin(halfLatitude)
            + cos(latitude * radians) * cos(other.latitude * radians)
            * sin(halfLongitude) * sin(halfLongitude)
        return 2 * 6_371_008.8 * asin(min(1, chord.squareRoot()))
    }
}

/// Distances in metres between all places, row-major `[N, N]`.
///
/// Throws `missingCoordinates` naming the first place without.
public func distances(_ places: [Place]) throws -> [Double] {
    let coordinates = try places.map { place in
        guard let coordinate = place.coordinate else {
            throw DataError(
                .missingCoordinates,
                "Place \(quoted(place.id)) has no coordinates; give data.coordinates, an "
                    + "adjacency, or choose a graph that needs none.")
        }
        return coordinate
    }
    return coordinates.flatMap { from in coordinates.map { from.distance(to: $0) } }
}

/// `exp(exponent)`, for files that need nothing else of Foundation.
func gaussian(_ exponent: Double) -> Double { exp(exponent) }
