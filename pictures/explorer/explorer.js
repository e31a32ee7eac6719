// The only script of the explorers. Python has computed everything: this picks and draws.
// A page uses `render`; the rest is exported for the tests.

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const ENDLESS = 1e38;
const LONG = 1e15;
const PLAY_MS = 4000;
const QUIET = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab leaves us the arrow keys
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

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

// Grey values as the address of a PNG.
function png(values, [height, width]) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const grey = Uint32Array.from(values, (v) => 0xff000000 + 0x010101 * v);
  new Uint32Array(pixels.data.buffer).set(grey);
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
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

async function render({ model, el }) {
  // On a static page the markup is there already. A kernel sends it, and each view has its own ids.
  if (model.get("markup")) {
    const id = `v${Math.random().toString(36).slice(2)}-`;
    el.innerHTML = model.get("markup").replace(/(id="|#)(?=gd-)/g, `$1${id}`);
  }
  const form = el.querySelector("form");
  const find = (selector) => form.querySelector(selector);
  const readout = find(".gd-words");
  const variants = [...form.querySelectorAll(".gd-panels")].map((panels) => ({
    panels,
    svgs: [...panels.querySelectorAll("svg")],
    marks: new Map([...panels.querySelectorAll("[data-mark]")].map((m) => [m.dataset.mark, m])),
  }));
  let spec; // what Python says of the grid
  let data; // what it has computed there
  let at; // where on the grid we are: an index for each control

  const read = () => {
    at = spec.controls.map(({ name, values }) => nearest(values, model.get(name)));
  };
  const pick = ([type, offset, count, strides]) => {
    const from = strides.reduce((sum, stride, i) => sum + stride * at[i], offset);
    return data[type].subarray(from, from + count);
  };
  const shown = () =>
    spec.choosers.reduce((sum, c) => sum * spec.controls[c].values.length + at[c], 0);

  const say = (name) => {
    const texts = Object.fromEntries(spec.controls.map((c, i) => [c.name, c.texts[at[i]]]));
    const template = spec.sentences[pick(spec.texts[name])[0]];
    return fill(template, (n) => texts[n] ?? pick(spec.numbers[n])[0]);
  };
  const code = () => {
    const start = model.get("start")?.map((value) => Number(value.toPrecision(6)));
    const texts = { start: start ? `, start=(${start.join(", ")})` : "" };
    spec.controls.forEach((c, i) => (texts[c.name] = (c.codes ?? c.texts)[at[i]]));
    return fill(spec.code, (name) => texts[name]);
  };
  const outline = ({ kind, trail }, [xs, ys]) => {
    const count = trail ? at.at(-1) + 1 : xs.length;
    let path = `M${xs[0] / spec.unit} ${ys[0] / spec.unit}`;
    for (let i = 1; i < count; i++) path += `L${xs[i] / spec.unit} ${ys[i] / spec.unit}`;
    if (count === 1) return `${path}h0`; // a point: nothing but its marker
    return kind === "polygon" ? `${path}z` : path;
  };

  const draw = () => {
    variants.forEach(({ panels }, i) => (panels.ariaHidden = i !== shown()));
    for (const [name, node] of variants[shown()].marks) {
      const mark = spec.marks[name];
      const values = mark?.where.map(pick);
      if (!mark) node.textContent = say(name);
      else if (mark.kind === "image") node.setAttribute("href", png(values[0], mark.size));
      else node.setAttribute("d", outline(mark, values));
    }
    spec.controls.forEach(({ name, values, texts }, i) => {
      const control = find(`[data-control="${name}"]`);
      const inputs = control.querySelectorAll("input");
      if (inputs[0].type === "radio") inputs[at[i]].checked = true;
      else {
        inputs[0].max = values.length - 1;
        inputs[0].value = at[i];
        inputs[0].setAttribute("aria-valuetext", texts[at[i]]);
        control.querySelector("b").textContent = texts[at[i]];
      }
    });
    const words = say("words");
    if (readout.textContent !== words) readout.textContent = words;
    find(".gd-code span").textContent = code();
    if (handle) hold();
  };

  let setting = false; // our own changes come back as events, which draw nothing new
  const set = (changes) => {
    setting = true;
    try {
      for (const [i, index] of changes) {
        at[i] = index;
        model.set(spec.controls[i].name, spec.controls[i].values[index]);
      }
    } finally {
      setting = false;
    }
    draw();
    model.save_changes();
  };
  const update = () => {
    if (setting) return;
    read();
    draw();
  };
  const load = async () => {
    let bytes, unpacked;
    do {
      bytes = model.get("data");
      unpacked = await unpack(bytes);
    } while (bytes !== model.get("data")); // another came meanwhile
    [spec, data] = [model.get("spec"), unpacked];
    read();
    draw();
  };

  // The step plays by itself. Whoever asked for less motion sees the end at once.
  const button = find(".gd-play");
  const words = button && { play: button.textContent, pause: button.dataset.pause };
  let playing;
  const stop = () => {
    clearInterval(playing);
    playing = undefined;
    if (button) button.textContent = words.play;
    readout.setAttribute("aria-live", "polite");
  };
  const play = () => {
    if (playing) return stop();
    const i = at.length - 1;
    const last = spec.controls[i].values.length - 1;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) return set([[i, at[i] === last ? 0 : last]]);
    if (at[i] === last) set([[i, 0]]);
    button.textContent = words.pause;
    readout.setAttribute("aria-live", "off"); // a screen reader says the end, not every step
    playing = setInterval(() => {
      if (at[i] + 1 >= last || !form.isConnected) stop();
      if (form.isConnected) set([[i, Math.min(at[i] + 1, last)]]);
    }, Math.max(30, PLAY_MS / last));
  };

  // Pointers. `inside` gives what the axes of a picture mean at a pointer.
  const inside = (svg, { box, x, y }, { clientX, clientY }) => {
    const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [
      valueAt(x, (point.x - box[0]) / (box[2] - box[0])),
      valueAt(y, (point.y - box[1]) / (box[3] - box[1])),
    ];
  };
  const follow = (node, act) => {
    node.onpointerdown = (down) => {
      if (down.button) return;
      down.stopPropagation(); // a handle may lie on a picture that is pointed at, too
      stop();
      node.setPointerCapture(down.pointerId);
      const finger = down.pointerType === "touch"; // it may be about to scroll
      const across = ({ clientX, clientY }) =>
        Math.abs(clientX - down.clientX) > Math.abs(clientY - down.clientY);
      node.onpointermove = (event) => {
        if (!finger || node.style.touchAction !== "pan-y" || across(event)) act(event);
      };
      node.onpointerup = (event) => {
        node.onpointermove = node.onpointerup = null;
        act(event);
      };
      if (!finger) act(down);
    };
    node.onpointercancel = () => (node.onpointermove = node.onpointerup = null);
  };
  const choose = ([variant, panel, ...axes]) => {
    const svg = variants[variant].svgs[panel];
    svg.classList.add("gd-pick");
    svg.style.touchAction = axes[1] < 0 ? "pan-y" : "none";
    follow(svg, (event) => {
      const values = inside(svg, spec.scales[variant][panel], event);
      const moved = axes.map((i, k) => [i, i < 0 || nearest(spec.controls[i].values, values[k])]);
      set(moved.filter(([i]) => i >= 0));
    });
  };

  // With a kernel the start of the runs can be moved: Python computes them anew.
  let handle;
  const move = (start) => {
    if (start === model.get("start")) return;
    model.set("start", start);
    model.save_changes();
  };
  const stand = () => {
    const { marks, svgs } = variants[shown()];
    const svg = marks.get(spec.drag).closest("svg");
    return [svg, spec.scales[shown()][svgs.indexOf(svg)]];
  };
  const hold = () => {
    const [svg] = stand();
    if (handle.parentNode !== svg) svg.append(handle);
    const [x, y] = spec.marks[spec.drag].where.map((where) => pick(where)[0] / spec.unit);
    handle.setAttribute("cx", x);
    handle.setAttribute("cy", y);
  };
  const drag = () => {
    for (const { marks } of variants) {
      marks.get(spec.drag).closest("svg").setAttribute("role", "group"); // it has a part to focus
    }
    handle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    const attributes = { class: "gd-start", r: 9, tabindex: 0, role: "button", ...QUIET };
    for (const [name, value] of Object.entries(attributes)) handle.setAttribute(name, value);
    handle.setAttribute("aria-label", form.dataset.start);
    follow(handle, (event) => move(inside(...stand(), event)));
    handle.onkeydown = (event) => {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      const [, { box, x, y }] = stand();
      const [dx, dy] = ARROWS[event.key].map((step) => step / 50);
      const [cx, cy] = ["cx", "cy"].map((name) => Number(handle.getAttribute(name)));
      move([
        valueAt(x, (cx - box[0]) / (box[2] - box[0]) + dx),
        valueAt(y, (cy - box[1]) / (box[3] - box[1]) + dy),
      ]);
    };
  };

  await load();
  if (button) button.onclick = play;
  form.onsubmit = () => false;
  form.oninput = ({ target }) => {
    stop();
    const { control } = target.closest("[data-control]").dataset;
    set([[spec.controls.findIndex(({ name }) => name === control), Number(target.value)]]);
  };
  find(".gd-reset").onclick = () => {
    stop();
    model.set("start", null); // in one message with the rest
    set(spec.controls.map(({ values, start }, i) => [i, values.indexOf(start)]));
  };
  spec.pick.forEach(choose);
  if (model.send && spec.drag) drag();
  if (handle) hold();
  find(".gd-controls").hidden = false;

  const events = [["change:data", load], ...spec.controls.map((c) => [`change:${c.name}`, update])];
  for (const [event, act] of events) model.on(event, act);
  return () => {
    stop();
    for (const [event, act] of events) model.off(event, act);
  };
}

export default { render };
