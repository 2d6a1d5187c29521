// Worker: lunr, minisearch or flexsearch in a process of its own, asked by lines of JSON.
// It answers what worker.py answers. Its engines are in a module each.

import { createInterface } from "node:readline";
import { createReadStream } from "node:fs";

const [name] = process.argv.slice(2);
const module = name.startsWith("flexsearch") ? "flexsearch" : name;
const { Peer } = await import(`./${module}.mjs`);
const peer = new Peer(name.endsWith("-tolerant"));

async function pages(corpus) {
  const found = [];
  const lines = createInterface({ input: createReadStream(`${corpus}/pages.jsonl`) });
  for await (const line of lines) found.push(JSON.parse(line));
  return found;
}

async function took(work) {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

const calls = {
  build: async ({ corpus, folder }) => {
    const found = await pages(corpus);
    return took(() => peer.build(found, folder));
  },
  prepare: () => null,
  open: ({ folder }) => took(() => peer.open(folder)),
  find: ({ task, texts, limit }) => texts.map((text) => peer[task](text, limit)),
  time: ({ task, texts, limit, budget }) => {
    const times = [];
    const end = performance.now() + 1000 * budget;
    for (const text of texts) {
      const begin = performance.now();
      if (begin > end) break;
      peer[task](text, limit);
      times.push((performance.now() - begin) / 1000);
    }
    return times;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const request = JSON.parse(line);
    answer = { answer: await calls[request.call](request) };
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
