// The only script of the explorers. Python has computed everything: this picks and draws.
// `numberText`, `fill` and `unpack` are exported for the tests; a page uses `render`.

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const ENDLESS = 1e38;
const PLAY_MS = 4000;

// Write a number as optimizers/explorer/template.py does.
export function numberText(value, digits, kind) {
  if (!(Math.abs(value) < ENDLESS)) return value < 0 ? "−∞" : "∞";
  let text = value.toFixed(digits);
  if (kind === "%") text = `${(100 * value).toFixed(digits)} %`;
  if (kind === "e") {
    const [mantissa, exponent] = value.toExponential(digits).split("e");
    const power = [...String(Number(exponent))].map((c) => SUPERSCRIPT[c] ?? "⁻").join("");
    text = `${mantissa} · 10${power}`;
  }
  return text.replace("-", "−");
}

// Put values into a template; `of` gives the value of a name, a text or a number.
export function fill(template, of) {
  return template.replace(/\{(\w+)(?::\.(\d)([fe%]))?\}/g, (_, name, digits, kind) => {
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

// Grey values as the address of a PNG.
function png(values, [height, width]) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  values.forEach((v, i) => pixels.data.set([v, v, v, 255], 4 * i));
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}

async function render({ model, el }) {
  // On a static page the markup is there already; a kernel sends it, for each view with its own ids.
  if (model.get("markup")) {
    const id = `v${Math.random().toString(36).slice(2)}-`;
    el.innerHTML = model.get("markup").replace(/(id="|#)(?=gd-)/g, `$1${id}`);
  }
  const form = el.querySelector("form");
  const find = (selector) => form.querySelector(selector);
  let spec, data, at, variant, playing;

  // Where the model's settings are on the grid.
  const read = () => {
    at = spec.controls.map(({ name, values }) => {
      const value = model.get(name);
      const exact = values.indexOf(value);
      if (exact >= 0 || typeof value === "string") return Math.max(exact, 0);
      const gaps = values.map((v) => Math.abs(v - value));
      return gaps.indexOf(Math.min(...gaps));
    });
  };

  const pick = ([type, offset, count, strides]) => {
    const from = strides.reduce((sum, stride, i) => sum + stride * at[i], offset);
    return data[type].subarray(from, from + count);
  };

  const say = (name) => {
    const texts = Object.fromEntries(spec.controls.map((c, i) => [c.name, c.texts[at[i]]]));
    return fill(spec.sentences[pick(spec.texts[name])[0]], (n) => texts[n] ?? pick(spec.numbers[n])[0]);
  };

  const code = () => {
    const start = model.get("start");
    const texts = { start: start ? `, start=(${start.map((v) => Number(v.toPrecision(6))).join(", ")})` : "" };
    spec.controls.forEach((c, i) => (texts[c.name] = c.texts[at[i]].replace("−", "-")));
    return fill(spec.code, (name) => texts[name]);
  };

  const outline = ({ kind, where, trail }) => {
    const [xs, ys] = where.map(pick);
    const count = trail ? at[at.length - 1] + 1 : xs.length;
    let path = `M${xs[0] / spec.unit} ${ys[0] / spec.unit}`;
    for (let i = 1; i < count; i++) path += `L${xs[i] / spec.unit} ${ys[i] / spec.unit}`;
    return count === 1 ? `${path}h0` : kind === "polygon" ? `${path}z` : path;
  };

  const draw = () => {
    const panels = [...form.querySelectorAll(".gd-panels")];
    const index = spec.choosers.reduce((sum, c) => sum * spec.controls[c].values.length + at[c], 0);
    variant = panels[index];
    panels.forEach((panel) => (panel.hidden = panel !== variant));
    const marks = Object.fromEntries(
      [...variant.querySelectorAll("[data-mark]")].map((node) => [node.dataset.mark, node]),
    );
    for (const [name, mark] of Object.entries(spec.marks)) {
      if (!marks[name]) continue;
      if (mark.kind === "image") marks[name].setAttribute("href", png(pick(mark.where[0]), mark.size));
      else marks[name].setAttribute("d", outline(mark));
    }
    for (const name of Object.keys(spec.texts)) if (marks[name]) marks[name].textContent = say(name);
    spec.controls.forEach(({ name, values, texts }, i) => {
      const control = find(`[data-control="${name}"]`);
      const inputs = control.querySelectorAll("input");
      if (inputs[0].type === "radio") return void (inputs[at[i]].checked = true);
      inputs[0].max = values.length - 1;
      inputs[0].value = at[i];
      inputs[0].setAttribute("aria-valuetext", texts[at[i]]);
      control.querySelector("b").textContent = texts[at[i]];
    });
    find(".gd-words").textContent = say("words");
    find(".gd-code code").textContent = code();
    place();
  };

  const set = (changes) => {
    for (const [i, index] of changes) {
      at[i] = index;
      model.set(spec.controls[i].name, spec.controls[i].values[index]);
    }
    draw();
    model.save_changes();
  };

  // A step that plays by itself. Whoever asked for less motion sees the end at once.
  const button = find(".gd-play");
  const stop = () => {
    if (!playing) return;
    clearInterval(playing);
    playing = null;
    button.textContent = button.dataset.play;
    find(".gd-words").setAttribute("role", "status");
  };
  const play = () => {
    if (playing) return stop();
    const i = at.length - 1;
    const last = spec.controls[i].values.length - 1;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set([[i, last]]);
    if (at[i] === last) set([[i, 0]]);
    button.textContent = button.dataset.pause;
    find(".gd-words").removeAttribute("role"); // a reader of the screen hears the end, not each step
    playing = setInterval(() => {
      if (!form.isConnected || at[i] >= last) return stop();
      set([[i, at[i] + 1]]);
    }, Math.max(30, PLAY_MS / last));
  };
  if (button) {
    button.dataset.play = button.textContent;
    button.onclick = play;
  }

  form.onsubmit = () => false;
  form.oninput = ({ target }) => {
    stop();
    const name = target.closest("[data-control]").dataset.control;
    set([[spec.controls.findIndex((c) => c.name === name), Number(target.value)]]);
  };
  find(".gd-reset").onclick = () => {
    stop();
    move(null);
    set(first.map((index, i) => [i, index]));
  };

  // Between a place in a picture and the value that an axis has there.
  const inside = (svg, { box, x, y }, event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x: px, y: py } = point.matrixTransform(svg.getScreenCTM().inverse());
    return [
      valueAt(x, (px - box[0]) / (box[2] - box[0])),
      valueAt(y, (py - box[1]) / (box[3] - box[1])),
    ];
  };

  // Panels on which a pointer sets settings.
  const follow = (node, act) => {
    node.style.touchAction = "none";
    node.onpointerdown = (event) => {
      stop();
      node.setPointerCapture(event.pointerId);
      node.onpointermove = act;
      act(event);
    };
    node.onpointerup = node.onpointercancel = () => (node.onpointermove = null);
  };
  const choose = () => {
    for (const [v, p, ...axes] of spec.pick) {
      const svg = form.querySelectorAll(".gd-panels")[v].querySelectorAll("svg")[p];
      svg.classList.add("gd-pick");
      follow(svg, (event) => {
        const values = inside(svg, spec.scales[v][p], event);
        const changes = axes.map((i, axis) => [i, i < 0 || nearest(spec.controls[i].values, values[axis])]);
        set(changes.filter(([i]) => i >= 0));
      });
    }
  };

  // With a kernel the start of the runs can be moved: Python computes them anew.
  let handle;
  const move = (start) => {
    if (start === null && !model.get("start")) return;
    model.set("start", start);
    model.save_changes();
  };
  const place = () => {
    if (!model.send || !spec.drag) return;
    const mark = variant.querySelector(`[data-mark="${spec.drag}"]`);
    const svg = mark.closest("svg");
    const scale = spec.scales[[...form.querySelectorAll(".gd-panels")].indexOf(variant)][
      [...variant.querySelectorAll("svg")].indexOf(svg)
    ];
    handle ??= document.createElementNS("http://www.w3.org/2000/svg", "circle");
    if (handle.parentNode !== svg) svg.append(handle);
    const [x, y] = spec.marks[spec.drag].where.map((where) => pick(where)[0] / spec.unit);
    for (const [key, value] of Object.entries({
      class: "gd-start", cx: x, cy: y, r: 9, tabindex: 0, role: "button",
      "aria-label": form.dataset.start, "data-lm-suppress-shortcuts": "true",
    })) handle.setAttribute(key, value);
    follow(handle, (event) => move(inside(svg, scale, event)));
    handle.onkeydown = (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const { box, x: across, y: up } = scale;
      const [fx, fy] = [(x - box[0]) / (box[2] - box[0]), (y - box[1]) / (box[3] - box[1])];
      move([valueAt(across, fx + step[0] / 50), valueAt(up, fy + step[1] / 50)]);
    };
  };

  const load = async () => {
    const [next, bytes] = [model.get("spec"), model.get("data")];
    const unpacked = await unpack(bytes);
    if (bytes !== model.get("data")) return; // a later one is on its way
    [spec, data] = [next, unpacked];
    read();
    draw();
  };
  const update = () => {
    read();
    draw();
  };

  await load();
  const first = [...at];
  choose();
  find(".gd-controls").hidden = false;
  const events = ["change:data", ...spec.controls.map(({ name }) => `change:${name}`)];
  events.forEach((event, i) => model.on(event, i ? update : load));
  return () => {
    stop();
    events.forEach((event, i) => model.off(event, i ? update : load));
  };
}

export function nearest(values, value) {
  const gaps = values.map((v) => Math.abs(v - value));
  return gaps.indexOf(Math.min(...gaps));
}

// The value at a fraction of an axis: [from, to, "linear" or "log"].
export function valueAt([from, to, kind], fraction) {
  const f = Math.min(Math.max(fraction, 0), 1);
  return kind === "log" ? from * (to / from) ** f : from + (to - from) * f;
}

export default { render };
