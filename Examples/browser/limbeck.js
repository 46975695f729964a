// The module's functions as a class. The page and the Node check use this same file.

/** A student loaded by the WebAssembly module. */
export class Student {
    /** Instantiates the module from its bytes. */
    static async module(bytes) {
        const { instance } = await WebAssembly.instantiate(bytes, {});
        return instance.exports;
    }

    /** Loads a `.limbeck` file (Uint8Array); throws with the runtime's reason when it is refused. */
    constructor(module, file) {
        this.module = module;
        const place = module.limbeck_allocate(file.length);
        new Uint8Array(module.memory.buffer, place, file.length).set(file);
        this.handle = module.limbeck_load(place, file.length);
        module.limbeck_free(place);
        if (!this.handle) throw new Error(this.#text(module.limbeck_refusal()));
        [this.history, this.nodes, this.channels, this.horizon, this.outputs, this.step, this.tellsLabels, this.quantiles] =
            [0, 1, 2, 3, 4, 5, 6, 7].map((number) => module.limbeck_shape(this.handle, number));
    }

    place(number) { return this.#text(this.module.limbeck_name(this.handle, 0, number)); }
    channel(number) { return this.#text(this.module.limbeck_name(this.handle, 1, number)); }
    /** Of what the outputs are probabilities, where `tellsLabels`. */
    label(number) { return this.#text(this.module.limbeck_name(this.handle, 3, number)); }
    unit(number) { return this.#text(this.module.limbeck_name(this.handle, 2, number)); }

    /** Forecast of `readings` [history, nodes, channels], NaN for missing, from `origin` in seconds since 1970. */
    predict(readings, origin) {
        const inputs = this.history * this.nodes * this.channels;
        const outputs = this.horizon * this.nodes * this.outputs;
        if (readings.length !== inputs)
            throw new Error(`The student reads ${inputs} values; there are ${readings.length}.`);
        const place = this.module.limbeck_allocate((inputs + outputs) * 4);
        new Float32Array(this.module.memory.buffer, place, inputs).set(readings);
        const result = place + inputs * 4;
        const repaired = this.module.limbeck_predict(this.handle, place, BigInt(origin), result);
        const values = new Float32Array(this.module.memory.buffer, result, outputs).slice();
        this.module.limbeck_free(place);
        return { values, repaired };
    }

    #text(place) {
        if (!place) return "";
        const length = new Uint32Array(this.module.memory.buffer, place, 1)[0];
        const text = new TextDecoder().decode(new Uint8Array(this.module.memory.buffer, place + 4, length));
        this.module.limbeck_free(place);
        return text;
    }
}

/** The line that every device prints of a forecast: the bits of each value. */
export function transcript({ values, repaired }) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    return `window repaired ${repaired} ` + [...bits].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}
