// On a static page there is no kernel: what the widget's model would hold stands beside its markup.
for (const el of document.querySelectorAll(".gd-live")) {
  const state = JSON.parse(el.querySelector("script").textContent);
  for (const event of ["pointerdown", "focusin"]) {
    el.addEventListener(event, () => document.documentElement.classList.add("gd-moved"));
  }
  state.data = Uint8Array.from(atob(state.data), (c) => c.charCodeAt(0));
  render({
    el,
    model: {
      get: (name) => state[name],
      set: (name, value) => (state[name] = value),
      save_changes() {},
      on() {},
      off() {},
    },
  });
}
