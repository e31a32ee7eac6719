// Run Python in MicroPython: node micropython.mjs FOLDER < {"files": {name: text}, "main": text}
// FOLDER holds the package from npm. What `main` prints is printed; an error ends with code 1.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { files, main } = JSON.parse(readFileSync(0, "utf8"));
const { loadMicroPython } = await import(pathToFileURL(join(folder, "micropython.mjs")));
const lines = [];
const python = await loadMicroPython({
  heapsize: 16 * 1024 * 1024,
  linebuffer: true,
  stdout: (line) => lines.push(line),
});
for (const [name, text] of Object.entries(files)) {
  const parts = name.split("/").slice(0, -1);
  parts.forEach((_, i) => {
    const path = parts.slice(0, i + 1).join("/");
    if (!python.FS.analyzePath(path).exists) python.FS.mkdir(path);
  });
  python.FS.writeFile(name, text);
}
try {
  python.runPython(main);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
process.stdout.write(lines.join("\n"));
