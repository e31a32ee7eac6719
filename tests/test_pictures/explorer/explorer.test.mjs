// What the explorers' script computes, without a page. `node --test tests/explorer` runs it, and so
// does test_explorer_script.py. template_cases.json is read by Python as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

const here = (path) => new URL(path, import.meta.url);
const script = process.env.EXPLORER_JS ?? here("../../../pictures/explorer/explorer.js");
const source = readFileSync(script).toString("base64"); // as a module, whatever its name ends with
const { default: widget, ...explorer } = await import(`data:text/javascript;base64,${source}`);
const { fill, nearest, numberText, unpack, valueAt } = explorer;
const cases = JSON.parse(readFileSync(here("template_cases.json"), "utf8"));

for (const [value, digits, kind, text] of cases.numbers) {
  test(`${value} with ${digits} digits as ${kind} is ${text}`, () => {
    assert.equal(numberText(value, digits, kind), text);
  });
}

for (const [template, values, text] of cases.fills) {
  test(`${template} is filled`, () => {
    assert.equal(fill(template, (name) => values[name]), text);
  });
}

test("what is no number is endless", () => {
  assert.equal(numberText(NaN, 1, "e"), "∞");
});

// Sizes, then the parts, as Python packs them; of the places the differences.
const pack = (floats, differences, shades) => {
  const parts = [
    Uint32Array.of(floats.length, differences.length, shades.length),
    Float32Array.from(floats),
    Int16Array.from(differences),
    Uint8Array.from(shades),
  ];
  return new Uint8Array(deflateSync(Buffer.concat(parts.map((part) => Buffer.from(part.buffer)))));
};

test("a buffer has numbers, places summed up, and grey values", async () => {
  const found = await unpack(pack([0.5, -3e38], [10, -3, 0, 5], [0, 128, 255]));
  assert.deepEqual(found.map((part) => [...part]), [
    [0.5, Math.fround(-3e38)],
    [10, 7, 7, 12],
    [0, 128, 255],
  ]);
});

test("sums of places wrap around as their differences did", async () => {
  const [, places] = await unpack(pack([], [32767, 1, -1, -32767], []));
  assert.deepEqual([...places], [32767, -32768, 32767, 0]);
});

test("a buffer may have empty parts", async () => {
  assert.deepEqual((await unpack(pack([], [], []))).map((part) => part.length), [0, 0, 0]);
  assert.deepEqual((await unpack(pack([], [], [7]))).map((part) => [...part]), [[], [], [7]]);
});

test("what is no buffer is an error, not an empty picture", async () => {
  await assert.rejects(unpack(Uint8Array.of(1, 2, 3)));
});

for (const [axis, fraction, value] of [
  [[-2, 3, "linear"], 0, -2],
  [[-2, 3, "linear"], 0.5, 0.5],
  [[-2, 3, "linear"], 1, 3],
  [[-2, 3, "linear"], -0.1, -2], // outside: the nearest end
  [[-2, 3, "linear"], 1.1, 3],
  [[3, -2, "linear"], 0.2, 2], // an axis that falls
  [[0.01, 100, "log"], 0, 0.01],
  [[0.01, 100, "log"], 0.25, 0.1],
  [[0.01, 100, "log"], 0.5, 1],
  [[0.01, 100, "log"], 2, 100],
  [[0.01, 100, "log"], -2, 0.01],
]) {
  test(`at ${fraction} of ${axis} is ${value}`, () => {
    assert.ok(Math.abs(valueAt(axis, fraction) - value) < 1e-12);
  });
}

for (const [values, value, index] of [
  [[0, 0.5, 1], 0.5, 1],
  [[0, 0.5, 1], 0.7, 1],
  [[0, 0.5, 1], 0.8, 2],
  [[0, 0.5, 1], -9, 0],
  [[0, 0.5, 1], 9, 2],
  [[0, 0.5, 1], 0.25, 0], // halfway: the first
  [[4], 7, 0],
]) {
  test(`of ${values} number ${index} is nearest to ${value}`, () => {
    assert.equal(nearest(values, value), index);
  });
}

test("the module is a widget", () => {
  assert.deepEqual(Object.keys(widget), ["render"]);
});
