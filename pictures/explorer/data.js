// The half of the explorers' script that needs no page: what Python has sent, and what it says of
// a place on the grid. Python has computed everything; this only looks it up.

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const ENDLESS = 1e38;
const LONG = 1e15;

// Write a number as pictures/explorer/template.py does.
export function numberText(value, digits, kind) {
  if (!(Math.abs(value) < ENDLESS)) return value < 0 ? "−∞" : "∞";
  let text = (kind === "%" ? 100 * value : value).toFixed(digits);
  let unit = kind === "%" ? " %" : "";
  if (kind === "e" || Math.abs(value) >= LONG) {
    const [mantissa, exponent] = value.toExponential(digits).split("e");
    const power = [...String(Number(exponent))].map((c) => SUPERSCRIPT[c] ?? "⁻").join("");
    [text, unit] = [mantissa, ` · 10${power}`];
  }
  if (Number(text) === 0) text = text.replace("-", ""); // 0 has no sign
  return text.replace("-", "−") + unit;
}

// Put values into a template; `of` gives the value of a name, a text or a number.
export function fill(template, of) {
  return template.replace(/\{([\p{L}\w]+)(?::\.(\d)([fe%]))?\}/gu, (_, name, digits, kind) => {
    const value = of(name);
    return typeof value === "string" ? value : numberText(value, Number(digits ?? 3), kind ?? "f");
  });
}

// Decompress a buffer into its three parts: numbers, places and indices, grey values.
export async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const [floats, shorts, shades] = new Uint32Array(buffer, 0, 3);
  const places = new Int16Array(buffer, 12 + 4 * floats, shorts);
  for (let i = 1; i < shorts; i++) places[i] += places[i - 1]; // differences are stored
  return [
    new Float32Array(buffer, 12, floats),
    places,
    new Uint8Array(buffer, 12 + 4 * floats + 2 * shorts, shades),
  ];
}

// The index of a value in a list, or of the number that is nearest to it.
export function nearest(values, value) {
  const exact = values.indexOf(value);
  if (exact >= 0) return exact;
  const gaps = values.map((v) => Math.abs(v - value));
  return gaps.indexOf(Math.min(...gaps));
}

// The value at a fraction of an axis: [from, to, "linear" or "log"].
export function valueAt([from, to, kind], fraction) {
  const f = Math.min(Math.max(fraction, 0), 1);
  return kind === "log" ? from * (to / from) ** f : from + (to - from) * f;
}

// The fraction of an axis at which a value stands: the inverse of `valueAt`.
export function fractionAt([from, to, kind], value) {
  return kind === "log" ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

// What Python says of the grid (`spec`), what it has computed there (the parts of a buffer), and
// where on it we are: an index for each control.
export class Scene {
  constructor(spec, parts, settings) {
    Object.assign(this, { spec, parts });
    this.go(settings);
  }

  // Go to the settings; `settings` gives the value of a control by its name.
  go(settings) {
    this.index = this.spec.controls.map(({ name, values }) => nearest(values, settings(name)));
  }

  // The values of a result here.
  pick([type, offset, count, strides]) {
    const from = strides.reduce((sum, stride, i) => sum + stride * this.index[i], offset);
    return this.parts[type].subarray(from, from + count);
  }

  // Which variant of the panels is shown.
  get variant() {
    return this.pick(this.spec.variant)[0];
  }

  // A text with the settings and numbers in it.
  say(name) {
    const { controls, numbers, sentences, texts } = this.spec;
    const own = Object.fromEntries(controls.map((c, i) => [c.name, c.texts[this.index[i]]]));
    return fill(sentences[this.pick(texts[name])[0]], (n) => own[n] ?? this.pick(numbers[n])[0]);
  }

  // The line of Python that shows the same.
  code(start) {
    const values = start?.map((value) => Number(value.toPrecision(6)));
    const own = { start: values ? `, start=(${values.join(", ")})` : "" };
    this.spec.controls.forEach((c, i) => (own[c.name] = (c.codes ?? c.texts)[this.index[i]]));
    return fill(this.spec.code, (name) => own[name]);
  }

  // The path data of a line or polygon: one with a trail ends at the step.
  outline({ kind, trail, where }) {
    const [xs, ys] = where.map((place) => this.pick(place));
    const { unit, step } = this.spec;
    const count = trail ? this.index[step] + 1 : xs.length;
    let path = `M${xs[0] / unit} ${ys[0] / unit}`;
    for (let i = 1; i < count; i++) path += `L${xs[i] / unit} ${ys[i] / unit}`;
    if (count === 1) return `${path}h0`; // a point: nothing but its marker
    return kind === "polygon" ? `${path}z` : path;
  }

  // The control and the index that a fraction of an axis means: the setting that is nearest there.
  setting(control, axis, fraction) {
    const places = this.spec.controls[control].values.map((value) => fractionAt(axis, value));
    return [control, nearest(places, Math.min(Math.max(fraction, 0), 1))];
  }
}
