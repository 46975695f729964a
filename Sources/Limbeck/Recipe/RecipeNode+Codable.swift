/// A recipe's own coder passes nodes through whole; these serve others, such as JSON.
extension RecipeNode: Codable {
    public func encode(to encoder: any Encoder) throws {
        switch content {
        case .scalar(let scalar):
            var container = encoder.singleValueContainer()
            if scalar.isQuoted {
                try container.encode(scalar.text)
            } else if scalar.isNull {
                try container.encodeNil()
            } else if let truth = Scalar.truth(scalar.text) {
                try container.encode(truth)
            } else if let whole = Scalar.whole(scalar.text, as: Int.self) {
                try container.encode(whole)
            } else if let number = Scalar.number(scalar.text), number.isFinite {
                try container.encode(number)
            } else {
                try container.encode(scalar.text)
            }
        case .list(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .mapping(let entries):
            var container = encoder.container(keyedBy: RecipeKey.self)
            for entry in entries { try container.encode(entry.value, forKey: RecipeKey(entry.key)) }
        }
    }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: RecipeKey.self) {
            let entries = try container.allKeys.map {
                Entry(
                    key: $0.stringValue, value: try container.decode(RecipeNode.self, forKey: $0))
            }
            self.init(.mapping(entries.sorted { $0.key < $1.key }))
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [RecipeNode] = []
            while !container.isAtEnd { items.append(try container.decode(RecipeNode.self)) }
            self.init(.list(items))
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self.init(.scalar(.init("null")))
            } else if let truth = try? container.decode(Bool.self) {
                self.init(.scalar(truth.recipeScalar))
            } else if let whole = try? container.decode(Int.self) {
                self.init(.scalar(whole.recipeScalar))
            } else if let number = try? container.decode(Double.self) {
                self.init(.scalar(number.recipeScalar))
            } else {
                self.init(.scalar(try container.decode(String.self).recipeScalar))
            }
        }
    }
}
