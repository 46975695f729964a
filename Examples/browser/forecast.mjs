// Forecasts in Node every window of a file: node forecast.mjs MODULE STUDENT WINDOWS
import { readFile } from "node:fs/promises";
import { Student, transcript } from "./limbeck.js";

const [module, student, windows] = process.argv.slice(2);
if (!windows) {
    console.error("usage: node forecast.mjs MODULE STUDENT WINDOWS");
    process.exit(2);
}
const one = new Student(await Student.module(await readFile(module)), await readFile(student));
const bytes = await readFile(windows);
const inputs = one.history * one.nodes * one.channels;
for (let at = 0; at + 8 + inputs * 4 <= bytes.length; at += 8 + inputs * 4) {
    const readings = Float32Array.from({ length: inputs }, (_, index) => bytes.readFloatLE(at + 8 + index * 4));
    console.log(transcript(one.predict(readings, bytes.readBigInt64LE(at))));
}
