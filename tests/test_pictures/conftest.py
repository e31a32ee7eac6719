"""The book's style for every panel, and node, which runs the explorers' script."""

import json
import os
import shutil
import subprocess

import matplotlib as mpl
import pytest

from pictures import plots
from pictures.explorer.widget import HERE

# Answers each line, an expression in JSON, with its value: `numberText(0.5, 1, "f")`.
ANSWERING = """
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const source = readFileSync(process.argv[1]).toString("base64");
const names = await import(`data:text/javascript;base64,${source}`);
for await (const line of createInterface({ input: process.stdin })) {
  const answer = Function(...Object.keys(names), `return ${JSON.parse(line)}`);
  console.log(JSON.stringify(await answer(...Object.values(names))));
}
"""


@pytest.fixture(scope="module", autouse=True)
def book_style():
    with mpl.rc_context():
        plots.use_style()
        yield


@pytest.fixture(scope="session")
def node():
    if found := shutil.which("node"):
        return found
    message = "node is not installed: the explorers' script is not tested"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def javascript(node):
    """A function that returns the value of an expression on what `data.js` exports."""
    command = [node, "--input-type=module", "--eval", ANSWERING, HERE / "data.js"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf8") as process:

        def value(expression):
            process.stdin.write(json.dumps(expression) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield value
        process.stdin.close()
