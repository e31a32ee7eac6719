// The half of the explorers' script that draws: into the markup that Python has made, from `Scene`.

import { Scene, unpack, valueAt } from "./data.js";

const PLAY_MS = 4000;
const QUIET = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab leaves us the arrow keys
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

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
  const settings = (name) => model.get(name);
  let scene; // what Python has computed, and where we are in it

  const draw = () => {
    const { spec, index, variant } = scene;
    variants.forEach(({ panels }, i) => (panels.ariaHidden = i !== variant));
    for (const [name, node] of variants[variant].marks) {
      const mark = spec.marks[name];
      if (!mark) node.textContent = scene.say(name);
      else if (mark.kind !== "image") node.setAttribute("d", scene.outline(mark));
      else node.setAttribute("href", png(scene.pick(mark.where[0]), mark.size));
    }
    spec.controls.forEach(({ name, values, texts }, i) => {
      const control = find(`[data-control="${name}"]`);
      const inputs = control.querySelectorAll("input");
      if (inputs[0].type === "radio") inputs[index[i]].checked = true;
      else {
        inputs[0].max = values.length - 1;
        inputs[0].value = index[i];
        inputs[0].setAttribute("aria-valuetext", texts[index[i]]);
        control.querySelector("b").textContent = texts[index[i]];
      }
    });
    const words = scene.say("words");
    if (readout.textContent !== words) readout.textContent = words;
    find(".gd-code span").textContent = scene.code(model.get("start"));
    if (handle) hold();
  };

  let setting = false; // our own changes come back as events, which draw nothing new
  const set = (changes) => {
    setting = true;
    try {
      for (const [i, index] of changes) {
        const { name, values } = scene.spec.controls[i];
        scene.index[i] = index;
        model.set(name, values[index]);
      }
    } finally {
      setting = false;
    }
    draw();
    model.save_changes();
  };
  const update = () => {
    if (setting) return;
    scene.go(settings);
    draw();
  };
  const load = async () => {
    let bytes, unpacked;
    do {
      bytes = model.get("data");
      unpacked = await unpack(bytes);
    } while (bytes !== model.get("data")); // another came meanwhile
    scene = new Scene(model.get("spec"), unpacked, settings);
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
    const i = scene.spec.step;
    const last = scene.spec.controls[i].values.length - 1;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) return set([[i, scene.index[i] === last ? 0 : last]]);
    if (scene.index[i] === last) set([[i, 0]]);
    button.textContent = words.pause;
    readout.setAttribute("aria-live", "off"); // a screen reader says the end, not every step
    playing = setInterval(() => {
      if (scene.index[i] + 1 >= last || !form.isConnected) stop();
      if (form.isConnected) set([[i, Math.min(scene.index[i] + 1, last)]]);
    }, Math.max(30, PLAY_MS / last));
  };

  // Pointers. `fractions` says where in the axes of a picture a point of it is.
  const fractions = ({ box }, { x, y }) => [
    (x - box[0]) / (box[2] - box[0]),
    (y - box[1]) / (box[3] - box[1]),
  ];
  const inside = (svg, scale, { clientX, clientY }) => {
    const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return fractions(scale, point);
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
      const scale = scene.spec.scales[variant][panel];
      const places = inside(svg, scale, event);
      const moved = axes.map((i, k) => i >= 0 && scene.setting(i, scale["xy"[k]], places[k]));
      set(moved.filter(Boolean));
    });
  };

  // With a kernel the start of the runs can be moved: Python computes them anew.
  let handle;
  const move = ({ x, y }, [across, up]) => {
    model.set("start", [valueAt(x, across), valueAt(y, up)]);
    model.save_changes();
  };
  const stand = () => {
    const { spec, variant } = scene;
    const { marks, svgs } = variants[variant];
    const svg = marks.get(spec.drag).closest("svg");
    return [svg, spec.scales[variant][svgs.indexOf(svg)]];
  };
  const hold = () => {
    const [svg] = stand();
    if (handle.parentNode !== svg) svg.append(handle);
    const { drag, marks, unit } = scene.spec;
    const [x, y] = marks[drag].where.map((where) => scene.pick(where)[0] / unit);
    handle.setAttribute("cx", x);
    handle.setAttribute("cy", y);
  };
  const drag = () => {
    for (const { marks } of variants) {
      // It has a part to focus.
      marks.get(scene.spec.drag).closest("svg").setAttribute("role", "group");
    }
    handle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    const attributes = { class: "gd-start", r: 9, tabindex: 0, role: "button", ...QUIET };
    for (const [name, value] of Object.entries(attributes)) handle.setAttribute(name, value);
    handle.setAttribute("aria-label", form.dataset.start);
    follow(handle, (event) => move(stand()[1], inside(...stand(), event)));
    handle.onkeydown = (event) => {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      const [, scale] = stand();
      const [x, y] = ["cx", "cy"].map((name) => Number(handle.getAttribute(name)));
      const [across, up] = fractions(scale, { x, y });
      const [dx, dy] = ARROWS[event.key].map((step) => step / 50);
      move(scale, [across + dx, up + dy]);
    };
  };

  await load();
  if (button) button.onclick = play;
  form.onsubmit = () => false;
  form.oninput = ({ target }) => {
    stop();
    const { control } = target.closest("[data-control]").dataset;
    set([[scene.spec.controls.findIndex(({ name }) => name === control), Number(target.value)]]);
  };
  find(".gd-reset").onclick = () => {
    stop();
    model.set("start", null); // in one message with the rest
    set(scene.spec.controls.map(({ values, start }, i) => [i, values.indexOf(start)]));
  };
  scene.spec.pick.forEach(choose);
  if (model.send && scene.spec.drag) drag();
  if (handle) hold();
  find(".gd-controls").hidden = false;

  const events = [["change:data", load], ...scene.spec.controls.map((c) => [`change:${c.name}`, update])];
  for (const [event, act] of events) model.on(event, act);
  return () => {
    stop();
    for (const [event, act] of events) model.off(event, act);
  };
}

export default { render };
