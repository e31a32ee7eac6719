// What the explorers' script computes, without a page. `node --test tests/explorer` runs it, and so
// does test_explorer_script.py. template_cases.json is read by Python as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const here = (path) => new URL(path, import.meta.url);
const folder = process.env.EXPLORER_JS ?? fileURLToPath(here("../../../pictures/explorer"));
const read = (name) => readFileSync(join(folder, name), "utf8");
// As a module, whatever its name ends with.
const load = (source) =>
  import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
const { fill, fractionAt, nearest, numberText, Scene, unpack, valueAt } = await load(read("data.js"));
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

for (const [axis, value, fraction] of [
  [[-2, 3, "linear"], 0.5, 0.5],
  [[-2, 3, "linear"], 4, 1.2], // outside
  [[3, -2, "linear"], 2, 0.2],
  [[0.01, 100, "log"], 0.1, 0.25],
  [[0.01, 100, "log"], 0, -Infinity],
]) {
  test(`${value} is at ${fraction} of ${axis}`, () => {
    const found = fractionAt(axis, value);
    assert.ok(found === fraction || Math.abs(found - fraction) < 1e-12);
  });
}

for (const axis of [[-2, 3, "linear"], [3, -2, "linear"], [0.01, 100, "log"], [7, 1e-6, "log"]]) {
  test(`on ${axis} a value is found where it is`, () => {
    for (let fraction = 0; fraction <= 1; fraction += 1 / 64) {
      assert.ok(Math.abs(fractionAt(axis, valueAt(axis, fraction)) - fraction) < 1e-12);
    }
  });
}

// A choice of two, three settings of a slider, four steps, in this order or with the step in front.
const scene = (step, settings) => {
  const controls = [
    { name: "rule", values: ["one", "two"], texts: ["one", "two"], codes: ["'one'", "'two'"] },
    { name: "lr", values: [0.1, 1, 10], texts: ["0.1", "1", "10"] },
  ];
  controls.splice(step, 0, { name: "t", values: [0, 1, 2, 3], texts: ["0", "1", "2", "3"] });
  const strides = [3, 1]; // of the loss: by rule and rate
  strides.splice(step, 0, 0);
  const spec = {
    code: "it.show(rule={rule}, lr={lr}, t={t}{start})",
    controls,
    numbers: { loss: [0, 0, 1, strides] },
    sentences: ["{rule} has {loss:.1f} at {t}."],
    step,
    texts: { words: [1, 8, 1, [0, 0, 0]] },
    unit: 10,
    variant: [1, 9, 1, controls.map(({ name }) => Number(name === "rule"))],
  };
  const parts = [
    Float32Array.of(1, 2, 3, 4, 5, 6),
    Int16Array.of(0, 10, 20, 30, 5, 5, -5, -5, 0, 0, 1),
    new Uint8Array(),
  ];
  return new Scene(spec, parts, (name) => settings[name]);
};
const where = [[1, 0, 4, [0, 0, 0]], [1, 4, 4, [0, 0, 0]]];

for (const step of [0, 2]) {
  const here = scene(step, { rule: "two", lr: 9, t: 1 });
  test(`with the step as control ${step} a scene finds what belongs to its settings`, () => {
    assert.equal(here.say("words"), "two has 6.0 at 1.");
    assert.equal(here.code(null), "it.show(rule='two', lr=10, t=1)");
    assert.equal(here.code([1 / 3, -2]), "it.show(rule='two', lr=10, t=1, start=(0.333333, -2))");
    assert.equal(here.variant, 1);
    assert.equal(scene(step, { rule: "one", lr: 0.1, t: 0 }).variant, 0);
  });
  test(`with the step as control ${step} a trail ends there, and nothing else does`, () => {
    assert.equal(here.outline({ kind: "line", trail: true, where }), "M0 0.5L1 0.5");
    assert.equal(here.outline({ kind: "line", where }), "M0 0.5L1 0.5L2 -0.5L3 -0.5");
    assert.equal(here.outline({ kind: "polygon", where }), "M0 0.5L1 0.5L2 -0.5L3 -0.5z");
    const start = scene(step, { rule: "one", lr: 1, t: 0 });
    assert.equal(start.outline({ kind: "line", trail: true, where }), "M0 0.5h0");
  });
  test(`with the step as control ${step} a place on an axis is the nearest setting there`, () => {
    const lr = step === 0 ? 2 : 1;
    assert.deepEqual(here.setting(lr, [0.1, 10, "log"], 0.4), [lr, 1]);
    assert.deepEqual(here.setting(lr, [0.1, 10, "linear"], 0.4), [lr, 1]); // 4.06: by its side
    assert.deepEqual(here.setting(lr, [0.1, 10, "linear"], 0.6), [lr, 2]);
    assert.deepEqual(here.setting(lr, [0.1, 10, "log"], 0.8), [lr, 2]); // 3.98: by its place
    assert.deepEqual(here.setting(lr, [0.1, 10, "log"], 7), [lr, 2]); // outside: the end
  });
}

test("the two halves make a widget", async () => {
  const drawing = read("draw.js").replace(/^import .*$/m, "");
  const { default: widget } = await load(read("data.js") + drawing);
  assert.deepEqual(Object.keys(widget), ["render"]);
});

test("what draws asks the other half for names that it has", async () => {
  const [, names] = read("draw.js").match(/^import \{ (.*) \} from "\.\/data\.js";$/m);
  const exported = Object.keys(await load(read("data.js")));
  assert.deepEqual(names.split(", ").filter((name) => !exported.includes(name)), []);
});
