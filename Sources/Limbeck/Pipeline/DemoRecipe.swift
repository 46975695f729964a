/// The recipe of `limbeck demo`; why its student mixes places too is in `Documentation/Decisions.md`.
public enum DemoRecipe {
    public static let text = """
        name: auckland
        seed: 1
        data: { dataset: auckland }
        task: { history: 24, horizon: 12, train: 0.7, validation: 0.1, impute: forward, scale: perNode }
        teacher:
          model: graphMixer
          members: 3
          epochs: 12
          learningRate: 0.003
          set: { width: 96, blocks: 2, rank: 8, dropout: 0.1 }
        student:
          model: graphMixer
          set: { width: 32, blocks: 2, rank: 4, dropout: 0 }
        distillation:
          terms:
            - { name: hard, loss: hard, weight: 0.1 }
            - { name: soft, loss: softTarget, weight: 0.9 }
        training: { epochs: 60, batch: 64, learningRate: 0.004, schedule: cosine }
        output: { directory: runs }

        """

    public static func recipe(overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: text, file: "demo.yaml", overrides: overrides)
    }
}
