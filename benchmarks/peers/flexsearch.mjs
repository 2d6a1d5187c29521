// flexsearch: English stems, any of the words. It cannot weigh fields: its lists, one a field, are
// merged by the reciprocal of the rank, with the weights of the fields.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Charset, Document, Encoder } from "flexsearch";
import English from "flexsearch/lang/en";
import { FIELDS, WEIGHTS } from "./fields.mjs";

const TITLES = "titles.json";
const LATE = 10; // added to each rank, so that the first is not everything

export class Peer {
  // Tolerant: a letter may be missing or swapped, and some words that sound alike are one.
  constructor(tolerant) {
    const encoder = new Encoder(tolerant ? Charset.LatinBalance : Charset.Normalize, English);
    const tokenize = tolerant ? "tolerant" : "forward";
    const index = FIELDS.map((field) => ({ field, tokenize, encoder }));
    this.index = new Document({ document: { id: "id", index } });
  }

  build(pages, folder) {
    for (const page of pages) this.index.add(page);
    mkdirSync(folder);
    const titles = pages.map(({ id, title }) => [id, title]);
    writeFileSync(`${folder}/${TITLES}`, JSON.stringify(titles));
    this.index.export((key, data) => {
      if (data) writeFileSync(`${folder}/${key}`, data);
    });
  }

  open(folder) {
    this.titles = new Map(JSON.parse(readFileSync(`${folder}/${TITLES}`)));
    for (const key of readdirSync(folder)) {
      if (key === TITLES) continue;
      this.index.import(key, readFileSync(`${folder}/${key}`, "utf8"));
    }
  }

  rank(text, limit) {
    return this.#merge(this.index.search(text, { limit: 5 * limit, suggest: true }), limit);
  }

  tolerant(text, limit) {
    return this.rank(text, limit);
  }

  suggest(text, limit) {
    const found = this.#merge(this.index.search(text, { limit: 5 * limit }), limit);
    return found.map((id) => [id, this.titles.get(id)]);
  }

  #merge(lists, limit) {
    const scores = new Map();
    for (const { field, result } of lists) {
      result.forEach((id, rank) => {
        scores.set(id, (scores.get(id) ?? 0) + WEIGHTS[field] / (LATE + rank));
      });
    }
    return [...scores].sort((a, b) => b[1] - a[1]).slice(0, limit).map(([id]) => id);
  }
}
